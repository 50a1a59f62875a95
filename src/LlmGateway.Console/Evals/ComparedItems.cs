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

    public IReadOnlyList<ItemPair> Pairs => _pairs;

    public bool HasMore { get; private set; } = true;

    /// <exception cref="GatewayException">The gateway refused, or did not answer.</exception>
    public async Task MoreAsync(CancellationToken cancellationToken)
    {
        var reading = (Before: ReadAsync(baseline, _afterBaseline, cancellationToken), After: ReadAsync(candidate, _afterCandidate, cancellationToken));
        var (before, after) = (await reading.Before, await reading.After);
        var places = after.Data.ToDictionary(item => (item.DatasourceItemId, item.Repetition));
        _pairs.AddRange(before.Data.Select(item => new ItemPair(
            item, places.TryGetValue((item.DatasourceItemId, item.Repetition), out var other) && JsonElement.DeepEquals(item.DatasourceItem, other.DatasourceItem) ? other : null)));
        (_afterBaseline, _afterCandidate, HasMore) = (before.LastId, after.LastId ?? _afterCandidate, before.HasMore);
    }

    private Task<ListPage<OutputItem>> ReadAsync(string run, string? after, CancellationToken cancellationToken) => api.GetAsync<ListPage<OutputItem>>(
        $"/v1/evals/{evalId}/runs/{run}/output_items?limit={Size}{(after is null ? "" : $"&after={after}")}", cancellationToken);
}
