using System.Globalization;
using System.Runtime.CompilerServices;
using LlmGateway.Evaluation.Sources;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Online;

/// <summary>Reads the inference log in a rule's name, the oldest call first.</summary>
internal sealed class CallLog(DatasetsClient datasets)
{
    private const int PageSize = 100;

    /// <summary>Calls behind a place, made before a time.</summary>
    /// <param name="caller">Whose log it is.</param>
    /// <param name="after">The last call that was read; null for none.</param>
    /// <param name="from">Where that is null or gone: the time of the first, exclusive.</param>
    /// <param name="until">The time that all were made before.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ApiException">The log is away (503).</exception>
    public async IAsyncEnumerable<LoggedCall> ReadAsync(
        Caller caller, Guid? after, DateTimeOffset from, DateTimeOffset until, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var range = $"/v1/inferences?order=asc&limit={PageSize}&created_before={Time(until)}";
        for (var hasMore = true; hasMore;)
        {
            // A call that is gone by now marks no place.
            var page = (after is { } id ? await datasets.FindAsync(caller, $"{range}&after={id}", cancellationToken) : null)
                ?? await datasets.FindAsync(caller, $"{range}&created_after={Time(from)}", cancellationToken)
                ?? throw new InvalidOperationException("The inference log refused a range of time.");
            foreach (var row in page.GetProperty("data").EnumerateArray())
            {
                var call = LoggedCall.Of(row);
                after = call.Id;
                yield return call;
            }

            hasMore = page.GetProperty("has_more").GetBoolean();
        }
    }

    /// <summary>A call by its id; null if the project has none.</summary>
    public async Task<LoggedCall?> FindAsync(Caller caller, Guid id, CancellationToken cancellationToken) =>
        await datasets.FindAsync(caller, $"/v1/inferences/{id}", cancellationToken) is { } row ? LoggedCall.Of(row) : null;

    private static string Time(DateTimeOffset time) => Uri.EscapeDataString(time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
}
