using System.Globalization;
using System.Text;

namespace MLOps.Models;

/// <summary>
/// One header of a tar archive (POSIX ustar; lengths from 8 GiB on as GNU writes them), so that any tar can list and unpack what is exported. Written without owner, time or machine, and
/// read strictly: only what this writes is taken.
/// </summary>
/// <param name="Name">The entry's name.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct TarHeader(string Name, long Length)
{
    public const int Block = 512;

    private const int LengthAt = 124, LengthSize = 12, SumAt = 148, SumSize = 8, TypeAt = 156, MagicAt = 257;

    /// <summary>The bytes of zeros that fill an entry's last block up.</summary>
    public int Padding => (int)((Block - (Length % Block)) % Block);

    public byte[] Write()
    {
        var header = new byte[Block];
        Encoding.ASCII.GetBytes(Name, header);
        Text(100, "0000644\0");
        Text(108, "0000000\0");
        Text(116, "0000000\0");
        if (Length < 1L << 33) Text(LengthAt, Convert.ToString(Length, 8).PadLeft(LengthSize - 1, '0') + "\0");
        else
        {
            header[LengthAt] = 0x80;
            for (var i = 0; i < 8; i++) header[LengthAt + LengthSize - 1 - i] = (byte)(Length >> (8 * i));
        }

        Text(136, "00000000000\0");
        header[TypeAt] = (byte)'0';
        Text(MagicAt, "ustar\u000000");
        header.AsSpan(SumAt, SumSize).Fill((byte)' ');
        Text(SumAt, Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ");
        return header;

        void Text(int at, string text) => Encoding.ASCII.GetBytes(text, header.AsSpan(at));
    }

    /// <summary>Reads a header; null when it is not one that this writes, byte for byte.</summary>
    public static TarHeader? Read(ReadOnlySpan<byte> header)
    {
        var end = header[..100].IndexOf((byte)0);
        if (end <= 0) return null;
        var name = Encoding.ASCII.GetString(header[..end]);
        long length = 0;
        if (header[LengthAt] == 0x80)
            for (var i = 4; i < LengthSize; i++) length = (length << 8) | header[LengthAt + i];
        else
        {
            foreach (var digit in header.Slice(LengthAt, LengthSize - 1))
            {
                if (digit is < (byte)'0' or > (byte)'7') return null;
                length = (length << 3) | (uint)(digit - '0');
            }
        }

        var read = new TarHeader(name, length);
        return length >= 0 && read.Write().AsSpan().SequenceEqual(header) ? read : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name} ({Length})");
}
