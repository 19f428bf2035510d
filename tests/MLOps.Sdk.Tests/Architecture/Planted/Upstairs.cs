namespace Planted.Models;

// What the violations of Violations.cs must not name.
internal sealed class Upper
{
    public static int Count => 1;

    public static T Make<T>() where T : new() => new();
}

internal class UpperBase;

internal interface IUpper;

internal sealed class UpperException : Exception;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class UpperAttribute : Attribute;
