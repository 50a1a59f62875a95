namespace LlmGateway.Text.Classification;

/// <summary>A text as a classifier sees it: the rows of its features, and their values.</summary>
public readonly record struct SparseText
{
    internal SparseText(int[] rows, float[] values) => (Rows, Values) = (rows, values);

    internal int[] Rows { get; }

    internal float[] Values { get; }
}
