using System.Xml;
using System.Xml.Linq;

namespace MLOps.Charts;

internal static class Xml
{
    /// <summary>Parses strictly: an unencoded character, a bad number or a character that XML cannot hold fails.</summary>
    public static XElement Parse(string svg)
    {
        using var reader = XmlReader.Create(new StringReader(svg), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, CheckCharacters = true });
        var root = XElement.Load(reader);
        foreach (var attribute in root.DescendantsAndSelf().Attributes())
        {
            Assert.That(attribute.Name.LocalName, Is.Not.EqualTo("style").And.Not.StartsWith("on"));
            if (attribute.Name.LocalName is "x" or "y" or "x1" or "x2" or "y1" or "y2" or "width" or "height" or "d")
                Assert.That(attribute.Value, Does.Not.Contain("NaN").And.Not.Contains("∞").And.Not.Contains("E").And.Not.Contains("Infinity"), attribute.ToString());
        }

        return root;
    }

    public static IEnumerable<XElement> Of(this XElement root, string name) => root.Descendants().Where(element => element.Name.LocalName == name);
}
