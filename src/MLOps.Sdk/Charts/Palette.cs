namespace MLOps.Charts;

/// <summary>
/// Series colours in fixed order. Each has a contrast of at least 3:1 on white and on near-black, and neighbours differ in lightness as well as in hue, so that
/// they stay apart under the common colour-vision deficiencies.
/// </summary>
internal static class Palette
{
    private static readonly string[] Colours = ["#2f7ed8", "#dd6b10", "#0f9a76", "#c04fb5", "#8a7a10", "#d6455b", "#6b7684", "#5b5fd6"];

    public static string Of(int series) => Colours[series % Colours.Length];
}
