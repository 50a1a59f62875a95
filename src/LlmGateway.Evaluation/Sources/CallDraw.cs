using System.Globalization;
using LlmGateway.Evaluation.Online;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>
/// Draws some of the logged calls, each as likely as any other: those with the lowest numbers by a hash of the seed and the id. The
/// same seed draws the same calls of the same log.
/// </summary>
internal sealed record CallDraw(int Size, int Seed)
{
    public const string SampleField = "sample";
    public const string SeedField = "seed";
    private const int MaxSize = 10_000;
    private const int PageSize = 100;

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static CallDraw? Find(JsonFields fields)
    {
        var seed = fields.FindInteger(SeedField, 0, int.MaxValue);
        if (fields.FindInteger(SampleField, 1, MaxSize) is { } size)
        {
            return new CallDraw(size, seed ?? 0);
        }

        return seed is null ? null : throw JsonFields.Invalid($"'{fields.At(SeedField)}' is for drawing '{SampleField}' calls.", fields.At(SeedField));
    }

    /// <summary>Reads the log without its bodies, and says by which queries the drawn calls are read, the newest first.</summary>
    public async Task<IReadOnlyList<string>> ChooseAsync(IReadOnlyList<string> selections, DatasetsClient datasets, Caller caller, CancellationToken cancellationToken)
    {
        var name = Seed.ToString(CultureInfo.InvariantCulture);
        // The highest number comes out first.
        var drawn = new PriorityQueue<Guid, double>();
        foreach (var selection in selections)
        {
            for (string? after = ""; after is not null;)
            {
                var page = await datasets.FindAsync(caller, $"/v1/inferences?{selection}&limit={PageSize}{after}", cancellationToken)
                    ?? throw new SourceException("The log changed while it was read.");
                foreach (var call in page.GetProperty("data").EnumerateArray().Select(LoggedCall.Of).Where(call => call.IsKeptWhole))
                {
                    drawn.Enqueue(call.Id, -CallSample.NumberOf(name, call.Id));
                    if (drawn.Count > Size)
                    {
                        drawn.Dequeue();
                    }
                }

                after = page.GetProperty("has_more").GetBoolean() ? $"&after={page.GetProperty("last_id").GetString()}" : null;
            }
        }

        return CallSourceReader.ByIds([.. drawn.UnorderedItems.Select(entry => entry.Element).OrderDescending()]);
    }
}
