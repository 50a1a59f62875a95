using LlmGateway.Contracts.Gateway;

namespace LlmGateway.Retrieval.Embeddings;

/// <summary>Adds up what the calls of models cost that are made until it is disposed, in this flow of work.</summary>
internal sealed class CallCosts : IDisposable
{
    private static readonly AsyncLocal<CallCosts?> Current = new();

    private readonly Lock _lock = new();
    private decimal? _total = 0;

    /// <summary>US dollars; zero where no model was called, and null where the price of a call is not known.</summary>
    public decimal? TotalUsd
    {
        get
        {
            lock (_lock)
            {
                return _total;
            }
        }
    }

    public static CallCosts Begin() => Current.Value = new CallCosts();

    public void Dispose() => Current.Value = null;

    private void Add(decimal? cost)
    {
        lock (_lock)
        {
            _total += cost;
        }
    }

    /// <summary>Reads what the gateway says that each call cost.</summary>
    internal sealed class Handler : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (Current.Value is { } costs && response.IsSuccessStatusCode)
            {
                costs.Add(CallHeaders.ReadCost(response.Headers));
            }

            return response;
        }
    }
}
