using LlmGateway.Gateway.Requests;

namespace LlmGateway.Gateway.Models;

/// <summary>Which operations a kind of provider has, where its configuration does not say.</summary>
internal static class ProviderOperations
{
    private static readonly IReadOnlyList<Operation> OpenAI = [Operation.ChatCompletions, Operation.Completions, Operation.Responses, Operation.Embeddings];
    private static readonly IReadOnlyList<Operation> Anthropic = [Operation.Messages];

    public static IReadOnlyList<Operation> Of(ProviderKind kind) => kind == ProviderKind.Anthropic ? Anthropic : OpenAI;

    /// <summary>Whether a provider remembers the responses that it made.</summary>
    public static bool StoresResponses(ProviderOptions options) =>
        Of(options).Contains(Operation.Responses) && (options.StoresResponses ?? Provider.IsOpenAIsOwn(options.Kind, options.BaseUrl));

    /// <summary>Those that a provider's configuration names; its kind's where it names none.</summary>
    public static IReadOnlyList<Operation> Of(ProviderOptions options) => options.Operations.Count == 0
        ? Of(options.Kind)
        : [.. options.Operations.Select(Operation.At).OfType<Operation>()];
}
