using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace MLOps.Statistics;

/// <summary>
/// The number of distinct values of a stream in 2^lgK bytes (Flajolet et al. 2007), with hash, registers and byte layout of the HLL_8 sketch of Apache DataSketches.
/// </summary>
/// <remarks>
/// <para>A value's 128-bit MurmurHash3 (x64, seed 9001) names a register by its low half and, by the leading zeros of its high half + 1, what that register must at least be.
/// The first values are kept apart as coupons (26 bits of address, 6 of value), so that small counts are exact but for collisions. Estimates: of one unmerged stream the
/// historic inverse probability (Cohen 2014, Ting 2014), standard error sqrt(ln 2 / k), 1.3 % at lgK 12; after a merge the improved raw estimator (Ertl 2017), 1.04 / sqrt k,
/// 1.6 %. O(1) per value.</para>
/// <para>Registers and bytes of a merge are equal in any order. Numbers and text are hashed as DataSketches hashes them: 8 little-endian bytes, -0 as 0, every NaN as one value,
/// UTF-8; an empty string is not counted. Not safe for concurrent use.</para>
/// </remarks>
/// <example>
/// <code>
/// var sketch = new HyperLogLog();
/// foreach (var user in new[] { "ann", "bob", "ann" }) sketch.Update(user);
/// var distinct = sketch.Estimate(); // 2.00
/// </code>
/// </example>
public sealed partial class HyperLogLog
{
    private const ulong Seed = 9001;
    private const uint AddressMask = (1 << 26) - 1;
    private readonly int _mask;
    // Coupons in an open-addressed table while there are few, registers afterwards; exactly one of the two exists.
    private uint[]? _coupons = new uint[32];
    private byte[]? _registers;
    private int _couponCount;
    private bool _isMerged;
    private double _historic;
    // The sum of 2^-register, of registers below 32 and of the others: each exact in a double, so that order does not matter.
    private double _lowSum;
    private double _highSum;

    /// <summary>An empty sketch.</summary>
    /// <param name="lgK">The logarithm of the number of registers, 4..21; 12 by default: 4,096 registers, 1.3 % standard error.</param>
    /// <exception cref="MLOpsInvalidException">It is out of range.</exception>
    public HyperLogLog(int lgK = 12)
    {
        if (lgK is < 4 or > 21) throw new MLOpsInvalidException($"lgK is {lgK}: it must be 4 to 21.");
        LgK = lgK;
        _mask = (1 << lgK) - 1;
    }

    /// <summary>The logarithm of the number of registers.</summary>
    public int LgK { get; }

    /// <summary>Whether nothing was counted.</summary>
    public bool IsEmpty => _registers is null && _couponCount == 0;

    // As many coupons as DataSketches keeps: a list of 8 for few registers, else a table of 2^(lgK-3) filled to three quarters.
    private int CouponLimit => LgK < 8 ? 7 : 3 << (LgK - 5);

    /// <summary>Counts a whole number; a signed one is counted as <c>(ulong)value</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update(ulong value)
    {
        var (low, high) = Murmur3.Of(value, Seed);
        Offer((uint)low & AddressMask, Math.Min(62, BitOperations.LeadingZeroCount(high)) + 1);
    }

    /// <summary>Counts a number; -0 is 0 and every NaN is one value.</summary>
    public void Update(double value) => Update(double.IsNaN(value) ? 0x7FF8_0000_0000_0000 : BitConverter.DoubleToUInt64Bits(value + 0.0));

    /// <summary>Counts a text; an empty one is left out.</summary>
    public void Update(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0) return;
        var size = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = size > 512 ? System.Buffers.ArrayPool<byte>.Shared.Rent(size) : null;
        var bytes = rented ?? stackalloc byte[512];
        var (low, high) = Murmur3.Of(bytes[..Encoding.UTF8.GetBytes(value, bytes)], Seed);
        if (rented is not null) System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        Offer((uint)low & AddressMask, Math.Min(62, BitOperations.LeadingZeroCount(high)) + 1);
    }

    /// <summary>Counts whole numbers. Allocates nothing once there are more than a few hundred distinct ones.</summary>
    public void Update(ReadOnlySpan<ulong> values)
    {
        foreach (var value in values) Update(value);
    }

    /// <summary>Counts numbers. Allocates nothing once there are more than a few hundred distinct ones.</summary>
    public void Update(ReadOnlySpan<double> values)
    {
        foreach (var value in values) Update(value);
    }

    /// <summary>Takes in what another sketch has counted: the registers' maxima. O(2^lgK); the other sketch stays as it is.</summary>
    /// <exception cref="MLOpsInvalidException">The numbers of registers differ.</exception>
    public void Merge(HyperLogLog other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.LgK != LgK) throw new MLOpsInvalidException($"The other sketch has lgK {other.LgK} and this one {LgK}: merge sketches of equal lgK.");
        if (other.IsEmpty) return;
        if (other._registers is { } registers)
        {
            if (_registers is null) Promote();
            for (var slot = 0; slot < registers.Length; slot++) Raise(slot, registers[slot]);
        }
        else
        {
            foreach (var coupon in other._coupons!.AsSpan().ToArray())
            {
                if (coupon != 0) Offer(coupon & AddressMask, (int)(coupon >> 26));
            }
        }

        // From here on no order of arrival is known, and the historic estimate, which lives on it, ends.
        if (_registers is null) return;
        _isMerged = true;
        _historic = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Offer(uint address, int value)
    {
        if (_registers is not { } registers) Keep((uint)value << 26 | address);
        else if (registers[(int)address & _mask] < value) Raise((int)address & _mask, (byte)value);
    }

    private void Raise(int slot, byte value)
    {
        ref var register = ref _registers![slot];
        if (value <= register) return;
        if (!_isMerged) _historic += _registers.Length / (_lowSum + _highSum);
        Add(register, -1);
        Add(value, 1);
        register = value;
    }

    private void Add(byte register, int times)
    {
        if (register < 32) _lowSum += times * Math.ScaleB(1, -register);
        else _highSum += times * Math.ScaleB(1, -register);
    }

    private void Keep(uint coupon)
    {
        var mask = (uint)_coupons!.Length - 1;
        var at = coupon * 0x9E37_79B1u & mask;
        for (; _coupons[at] != 0; at = (at + 1) & mask)
        {
            if (_coupons[at] == coupon) return;
        }

        _coupons[at] = coupon;
        if (++_couponCount > CouponLimit) Promote();
        else if (4 * _couponCount > 3 * _coupons.Length) Grow();
    }

    private void Grow()
    {
        var old = _coupons!;
        _coupons = new uint[2 * old.Length];
        _couponCount = 0;
        foreach (var coupon in old)
        {
            if (coupon != 0) Keep(coupon);
        }
    }

    private void Promote()
    {
        var coupons = _coupons!;
        var estimate = CouponEstimate;
        _coupons = null;
        _registers = new byte[1 << LgK];
        (_lowSum, _highSum) = (_registers.Length, 0);
        foreach (var coupon in coupons)
        {
            if (coupon != 0) Raise((int)(coupon & (uint)_mask), (byte)(coupon >> 26));
        }

        _historic = estimate;
    }
}
