using LlmGateway.FineTuning.Backends.Command;
using LlmGateway.Service;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LlmGateway.FineTuning.Backends;

/// <summary>Finds the backend that trains a model.</summary>
internal sealed class BackendDirectory(
    IOptionsMonitor<FineTuningOptions> options, IHttpClientFactory clients, InternalToken tokens, IConfiguration configuration, TimeProvider time)
{
    public const string ClientName = "fine-tuning-backend";

    private Dictionary<string, BackendOptions> Backends => options.CurrentValue.Backends;

    /// <summary>
    /// The backend and its own name of the model: by the name before the first slash, else by the backends' lists, else the
    /// only one outside.
    /// </summary>
    /// <exception cref="ApiException">No backend trains this model (400).</exception>
    public (string Backend, string Model) Resolve(string model)
    {
        if (model.StartsWith("ft:", StringComparison.Ordinal))
        {
            throw Bad($"'{model}' is fine-tuned already: name the base model, and train it on all the data.");
        }

        var slash = model.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && slash < model.Length - 1 && Backends.ContainsKey(model[..slash]))
        {
            return (model[..slash], model[(slash + 1)..]);
        }

        string[] listing = [.. Backends.Where(entry => entry.Value.Models.Contains(model)).Select(entry => entry.Key)];
        string[] outside = [.. Backends.Keys.Where(name => name != BackendDefaults.Local)];
        return (listing, outside) switch
        {
            ([var only], _) => (only, model),
            ([], [var only]) => (only, model),
            _ => throw Bad($"Which backend is to train '{model}'? Write it as {string.Join(" or ", Backends.Keys.Order(StringComparer.Ordinal).Select(name => $"'{name}/…'"))}, such as 'local/chat'."),
        };
    }

    /// <exception cref="BackendException">It is configured no more.</exception>
    public ITrainingBackend Open(string name) => !Backends.TryGetValue(name, out var backend)
        ? throw new BackendException($"The backend '{name}' is not configured any more: see FineTuning:Backends.", isTransient: false)
        : backend.Kind == BackendKind.Command
            ? new CommandBackend(Path.Combine(DataFolder.Get(configuration), "trainers", name), name, backend.Trainer, options.CurrentValue.LongestPoll, time)
            : new OpenAIBackend(clients.CreateClient(ClientName), name, backend, tokens, time);

    /// <summary>Whether somebody else sends a bill for what it trains.</summary>
    public bool IsBilled(string name) => Backends.GetValueOrDefault(name) is not ({ Internal: true } or { Kind: BackendKind.Command });

    /// <summary>The gateway's provider of what the backend trains.</summary>
    public string ProviderOf(string name) => Backends.GetValueOrDefault(name)?.Provider ?? name;

    private static ApiException Bad(string message) => new(ApiErrors.BadRequest(message, "model", "model_not_available"));
}
