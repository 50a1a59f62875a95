using System.Text.Json;
using LlmGateway.Console.Api;
using LlmGateway.OpenAI;

namespace LlmGateway.Console.Evals;

/// <summary>An item in two runs. The other run may lack it.</summary>
internal sealed record ItemPair(OutputItem Before, OutputItem? After)
{
    /// <summary><c>better</c>, <c>worse</c>, <c>same</c>, or null where there are no two scores.</summary>
    public string? Change(string criterion) => (ScoreOf(Before, criterion), ScoreOf(After, criterion)) switch
    {
        ({ } before, { } after) => after > before ? "better" : after < before ? "worse" : "same",
        _ => null,
    };

    public static double? ScoreOf(OutputItem? item, string criterion) => item?.Results.FirstOrDefault(result => result.Name == criterion)?.Score;
}

/// <summary>
/// Walks two runs side by side in the order of their data, page by page. The API pairs items by their content and names the changed
/// ones alone; here what stands at one place is a pair if it is the same item.
/// </summary>
internal sealed class ComparedItems(GatewayApi api, string evalId, string baseline, string candidate)
{
    private const int Size = 25;
    private readonly List<ItemPair> _pairs = [];
    private string? _afterBaseline;
    private string? _afterCandidate;

    /// <summary>The candidate's items that no item of the baseline has met yet.</summary>
    private readonly Dictionary<(int Item, int Repetition), OutputItem> _waiting = [];
    private (int Item, int Repetition) _reached = (-1, -1);
    private bool _hasCandidates = true;

    public IReadOnlyList<ItemPair> Pairs => _pairs;

    public bool HasMore { get; private set; } = true;

    /// <exception cref="GatewayException">The gateway refused, or did not answer.</exception>
    public async Task MoreAsync(CancellationToken cancellationToken)
    {
        var before = await ReadAsync(baseline, _afterBaseline, cancellationToken);
        while (_hasCandidates && before.Data.Count > 0 && _reached.CompareTo(PlaceOf(before.Data[^1])) < 0)
        {
            await ReadCandidatesAsync(cancellationToken);
        }

        _pairs.AddRange(before.Data.Select(item => new ItemPair(
            item, _waiting.Remove(PlaceOf(item), out var other) && JsonElement.DeepEquals(item.DatasourceItem, other.DatasourceItem) ? other : null)));
        (_afterBaseline, HasMore) = (before.LastId, before.HasMore);
    }

    /// <summary>Runs with other repetitions, or with items that the other lacks, come to the same place on different pages.</summary>
    private async Task ReadCandidatesAsync(CancellationToken cancellationToken)
    {
        var page = await ReadAsync(candidate, _afterCandidate, cancellationToken);
        foreach (var item in page.Data)
        {
            _waiting[PlaceOf(item)] = item;
            _reached = PlaceOf(item);
        }

        (_afterCandidate, _hasCandidates) = (page.LastId ?? _afterCandidate, page.HasMore);
    }

    private static (int Item, int Repetition) PlaceOf(OutputItem item) => (item.DatasourceItemId, item.Repetition);

    private Task<ListPage<OutputItem>> ReadAsync(string run, string? after, CancellationToken cancellationToken) => api.GetAsync<ListPage<OutputItem>>(
        $"/v1/evals/{evalId}/runs/{run}/output_items?limit={Size}{(after is null ? "" : $"&after={after}")}", cancellationToken);
}
