using System.Text;
using System.Text.Json.Serialization.Metadata;
using MLOps.Models;

namespace MLOps.AspNetCore.Endpoints;

/// <summary>Makes named tensors of a model's answers.</summary>
internal abstract class OutputBinder<TOutput>
{
    protected const string Output = "prediction";

    /// <summary>The tensors that it gives.</summary>
    public abstract IReadOnlyList<ModelField> Fields { get; }

    public abstract IReadOnlyList<Tensor> Bind(TOutput[] answers);

    public static OutputBinder<TOutput> Of(JsonTypeInfo<TOutput> type) =>
        (Number<float>() ?? Number<double>() ?? Number<int>() ?? Number<long>() ?? Number<bool>() ?? Number<byte>() ?? Number<short>()) as OutputBinder<TOutput>
        ?? (typeof(TOutput) == typeof(string) ? (OutputBinder<TOutput>)(object)new TextOutput() : new RecordOutput<TOutput>(type));

    private static object? Number<T>() where T : unmanaged =>
        typeof(TOutput) == typeof(T[]) ? new ArrayOutput<T>() : typeof(TOutput) == typeof(T) ? new NumberOutput<T>() : null;

    private sealed class NumberOutput<T> : OutputBinder<T> where T : unmanaged
    {
        private static readonly DataType s_type = DataType.Of(typeof(T))!;

        public override IReadOnlyList<ModelField> Fields { get; } = [new(Output, s_type.Name, [-1])];

        public override IReadOnlyList<Tensor> Bind(T[] answers) => [new Tensor<T>(Output, s_type, [answers.Length], answers)];
    }

    private sealed class ArrayOutput<T> : OutputBinder<T[]> where T : unmanaged
    {
        private static readonly DataType s_type = DataType.Of(typeof(T))!;

        public override IReadOnlyList<ModelField> Fields { get; } = [new(Output, s_type.Name, [-1, -1])];

        public override IReadOnlyList<Tensor> Bind(T[][] answers)
        {
            var width = answers.Length == 0 ? 0 : answers[0].Length;
            var tensor = new Tensor<T>(Output, s_type, [answers.Length, width], checked(answers.Length * width));
            for (var row = 0; row < answers.Length; row++)
            {
                if (answers[row].Length != width) throw new InferError("The model's answers have different lengths, so that they are no tensor.", 500);
                answers[row].CopyTo(tensor.Values, row * width);
            }

            return [tensor];
        }
    }

    private sealed class TextOutput : OutputBinder<string>
    {
        public override IReadOnlyList<ModelField> Fields { get; } = [new(Output, "BYTES", [-1])];

        public override IReadOnlyList<Tensor> Bind(string[] answers)
        {
            var tensor = new BytesTensor(Output, [answers.Length], answers.Length);
            for (var row = 0; row < answers.Length; row++) tensor.Values[row] = Encoding.UTF8.GetBytes(answers[row]);
            return [tensor];
        }
    }
}
