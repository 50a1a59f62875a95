using System.Numerics;
using System.Runtime.InteropServices;

namespace LlmGateway.Text.Classification;

/// <summary>
/// Weights of a multinomial logistic regression: a row a feature, a column a label. A row's length is a multiple of the
/// machine's vector, so that a text costs a few vector operations for each of its features and none for the others.
/// </summary>
internal sealed class SoftmaxWeights
{
    private readonly int _rows;
    private readonly int _labels;
    private readonly int _stride;
    private readonly float[] _weights;

    public SoftmaxWeights(int rows, int labels)
    {
        (_rows, _labels, _stride) = (rows, labels, Stride(labels));
        _weights = new float[rows * _stride];
    }

    public long SizeBytes => _weights.LongLength * sizeof(float);

    /// <summary>Room for what <see cref="Predict"/> writes.</summary>
    public float[] NewOutput() => new float[_stride];

    /// <summary>Each label's probability, into <paramref name="output"/>; what is beyond the labels stays zero.</summary>
    public void Predict(SparseText text, float[] output)
    {
        Array.Clear(output);
        for (var i = 0; i < text.Rows.Length; i++)
        {
            AddScaled(output, Row(text.Rows[i]), text.Values[i]);
        }

        Softmax(output.AsSpan(0, _labels));
    }

    /// <summary>A step of gradient descent: each of the text's rows moves against <paramref name="gradient"/>.</summary>
    public void Learn(SparseText text, float[] gradient, float rate)
    {
        for (var i = 0; i < text.Rows.Length; i++)
        {
            AddScaled(Row(text.Rows[i]), gradient, -rate * text.Values[i]);
        }
    }

    /// <summary>Written in half precision: it changes no label of banking77 and halves the file.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_rows);
        writer.Write(_labels);
        var halves = new Half[_labels];
        for (var row = 0; row < _rows; row++)
        {
            var weights = Row(row);
            for (var label = 0; label < _labels; label++)
            {
                halves[label] = (Half)weights[label];
            }

            writer.Write(MemoryMarshal.AsBytes<Half>(halves));
        }
    }

    public static SoftmaxWeights Read(BinaryReader reader)
    {
        var (rows, labels) = (reader.ReadInt32(), reader.ReadInt32());
        var read = new SoftmaxWeights(rows, labels);
        var halves = new Half[labels];
        for (var row = 0; row < rows; row++)
        {
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(halves.AsSpan()));
            var weights = read.Row(row);
            for (var label = 0; label < labels; label++)
            {
                weights[label] = (float)halves[label];
            }
        }

        return read;
    }

    /// <summary>Numbers in a row: <paramref name="labels"/>, rounded up to whole vectors.</summary>
    public static int Stride(int labels) => (labels + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;

    private Span<float> Row(int row) => _weights.AsSpan(row * _stride, _stride);

    private static void AddScaled(Span<float> target, ReadOnlySpan<float> source, float factor)
    {
        var to = MemoryMarshal.Cast<float, Vector<float>>(target);
        var from = MemoryMarshal.Cast<float, Vector<float>>(source);
        var scale = new Vector<float>(factor);
        for (var i = 0; i < to.Length; i++)
        {
            to[i] += from[i] * scale;
        }
    }

    private static void Softmax(Span<float> scores)
    {
        var highest = float.NegativeInfinity;
        foreach (var score in scores)
        {
            highest = MathF.Max(highest, score);
        }

        var sum = 0f;
        foreach (ref var score in scores)
        {
            score = MathF.Exp(score - highest);
            sum += score;
        }

        foreach (ref var score in scores)
        {
            score /= sum;
        }
    }
}
