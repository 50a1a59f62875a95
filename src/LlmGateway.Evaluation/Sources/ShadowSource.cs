using System.Runtime.CompilerServices;
using System.Text.Json;
using LlmGateway.Evaluation.Sampling;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sources;

/// <summary>
/// Ours: <c>{"type": "shadow", "shadow", "answers", "created_after", "created_before", "limit"}</c>, calls that a shadow made again,
/// the newest first. The item is the original call, so that runs over either's answers pair; the recorded sample is what the
/// candidate answered, or with <c>answers: original</c> what the caller got.
/// </summary>
internal sealed class ShadowSource(string query, bool originals, int limit) : IItemSource
{
    public const string Type = "shadow";
    private const string Candidate = "candidate";
    private const string Original = "original";
    private const int MaxNameLength = 64;

    public string? Id => null;

    public bool HasMessages => true;

    public bool AreCalls => true;

    /// <exception cref="ApiException">It is malformed (400).</exception>
    public static ShadowSource Read(JsonFields fields, int maxItems)
    {
        fields.Only("type", "shadow", "answers", "created_after", "created_before", "limit");
        (string Name, string? Value)[] terms =
        [
            ("purpose", "shadow"),
            ("outcome", "completed"),
            ("step", fields.Text("shadow", MaxNameLength)),
            ("created_after", CallSourceReader.Time(fields, "created_after")),
            ("created_before", CallSourceReader.Time(fields, "created_before")),
        ];
        return new ShadowSource(
            string.Join('&', terms.Where(term => term.Value is not null).Select(term => $"{term.Name}={Uri.EscapeDataString(term.Value!)}")),
            fields.Find("answers") is not null && fields.Choice("answers", Candidate, Original) == Original,
            fields.FindInteger("limit", 1, maxItems) ?? maxItems);
    }

    public Task<string?> CheckAsync(DatasetsClient datasets, Caller caller, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    public async IAsyncEnumerable<SourcedItem> ReadAsync(
        DatasetsClient datasets, Caller caller, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var index = 0;
        var answers = datasets.ReadJsonAsync(caller, $"/v1/inferences/export?{query}", cancellationToken).Select(ReadAnswer).Where(answer => answer.Sample is not null);
        await foreach (var page in answers.Chunk(CallSourceReader.IdsPerQuery).WithCancellation(cancellationToken))
        {
            var originalsOf = await ReadOriginalsAsync(datasets, caller, [.. page.Select(answer => answer.Parent)], cancellationToken);
            foreach (var (parent, sample) in page)
            {
                if (!originalsOf.TryGetValue(parent, out var item))
                {
                    continue;
                }

                yield return item with { Index = index, Recorded = originals ? item.Recorded : sample };
                if (++index == limit)
                {
                    yield break;
                }
            }
        }
    }

    /// <summary>What lasts of a line, which is good until the next one.</summary>
    private static (Guid Parent, JsonElement? Sample) ReadAnswer(JsonElement call) =>
        call.GetProperty("parent_id").TryGetGuid(out var parent) ? (parent, CallItem.SampleOf(call)) : default;

    private static async Task<Dictionary<Guid, SourcedItem>> ReadOriginalsAsync(
        DatasetsClient datasets, Caller caller, IReadOnlyList<Guid> ids, CancellationToken cancellationToken)
    {
        var items = new Dictionary<Guid, SourcedItem>();
        foreach (var selection in CallSourceReader.ByIds(ids))
        {
            await foreach (var call in datasets.ReadJsonAsync(caller, $"/v1/inferences/export?{selection}", cancellationToken))
            {
                if (CallItem.Read(call, null, 0) is { } item)
                {
                    items[call.GetProperty("id").GetGuid()] = item;
                }
            }
        }

        return items;
    }
}
