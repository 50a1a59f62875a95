using System.Globalization;
using System.Net.Http.Headers;

namespace LlmGateway.Contracts.Gateway;

/// <summary>What the gateway tells of a call in its answer's headers.</summary>
public static class CallHeaders
{
    /// <summary>The call's id in the log.</summary>
    public const string InferenceId = "x-llmgateway-inference-id";

    /// <summary>The episode that groups calls: of a request the one that it belongs to, of an answer also one that was made for it.</summary>
    public const string EpisodeId = "x-llmgateway-episode-id";

    /// <summary>What the call cost, in US dollars; absent while that is unknown, as of a stream.</summary>
    public const string Cost = "x-llmgateway-cost";

    /// <summary>The variant of an experiment that an answer came by; absent for none.</summary>
    public const string Variant = "x-llmgateway-variant";

    /// <returns>US dollars, or null where the answer tells none.</returns>
    public static decimal? ReadCost(HttpResponseHeaders headers) =>
        headers.TryGetValues(Cost, out var values) && decimal.TryParse(values.First(), NumberStyles.Number, CultureInfo.InvariantCulture, out var usd) ? usd : null;
}
