#pragma warning disable CA1812, CA1822, CA1823, CA1852, CS0169, CS0649, IDE0044, IDE0051, CA1859 // Never run: read as compiled code by LayerTests.
using Planted.Models;

namespace Planted.Storage
{
    internal sealed class Lower;
}

namespace Planted.Monitoring
{
    internal sealed class Beside;
}

namespace Planted.Serving
{
    internal sealed class Sibling
    {
        internal Monitoring.Beside? _field;
    }
}

namespace Planted.Data
{
    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class MarkAttribute(Type type) : Attribute
    {
        public Type Type { get; } = type;
    }

    internal sealed class Field
    {
        internal Upper? _field;
    }

    internal sealed class ArrayField
    {
        internal Upper[][]? _field;
    }

    internal sealed class MethodBody
    {
        public int Count() => Upper.Count;
    }

    internal sealed class GenericArgument
    {
        public object List() => new List<Dictionary<string, Upper>>();
    }

    internal sealed class GenericMethodArgument
    {
        public object Nothing() => Array.Empty<Upper>();
    }

    internal sealed class Constraint
    {
        public void Take<T>() where T : IUpper => _ = typeof(T);
    }

    internal sealed class Lambda
    {
        public Func<object> Later() => () => Upper.Make<object>();
    }

    internal sealed class AsyncBody
    {
        public async Task<int> CountAsync()
        {
            await Task.Yield();
            return Upper.Count;
        }
    }

    internal sealed class IteratorBody
    {
        public IEnumerable<int> Counts()
        {
            yield return Upper.Count;
        }
    }

    internal sealed class CaughtException
    {
        public void Swallow(Action action)
        {
            try
            {
                action();
            }
            catch (UpperException)
            {
            }
        }
    }

    internal sealed class BaseType : UpperBase;

    [Upper]
    internal sealed class AttributeType;

    [Mark(typeof(List<Upper>))]
    internal sealed class AttributeArgument;

    internal sealed class Parameter
    {
        public void Take(in Upper? upper) => _ = upper is null;
    }

    internal sealed class TypeOf
    {
        public Type Type() => typeof(Upper);
    }

    internal sealed class NestedType
    {
        internal sealed class Inner
        {
            internal sealed class Innermost
            {
                internal Upper? _field;
            }
        }
    }

    internal sealed class Downstairs
    {
        internal Storage.Lower? _field;

        public object List() => new List<Storage.Lower>();
    }
}
