using System.Text.Json.Serialization;

namespace LlmGateway.Gateway.Settings;

/// <summary>Which calls a setting is for: those that every list holds that is given and not empty.</summary>
/// <param name="Models">Names as callers write them, or deployments (<c>provider/model</c>).</param>
/// <param name="Keys">Public ids of API keys.</param>
/// <param name="Prompts">Ids of managed prompts.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record CallScope(IReadOnlyList<string>? Models = null, IReadOnlyList<string>? Keys = null, IReadOnlyList<string>? Prompts = null)
{
    /// <param name="call">A call whose deployment is found.</param>
    public bool Covers(InferenceCall call) =>
        (Models is not { Count: > 0 } models
            || models.Contains(call.Scan.Model)
            || models.Contains(call.Deployment!.Name)
            || (call.RouteModel is { } route && models.Contains(route)))
        && CoversCaller(call);

    /// <param name="call">A call.</param>
    /// <param name="names">What the caller calls the model, and the routes and deployments that the question is about.</param>
    public bool Covers(InferenceCall call, IReadOnlySet<string> names) => (Models is not { Count: > 0 } models || models.Any(names.Contains)) && CoversCaller(call);

    private bool CoversCaller(InferenceCall call) =>
        (Keys is not { Count: > 0 } keys || (call.Caller.KeyId is { } key && keys.Contains(key)))
        && (Prompts is not { Count: > 0 } prompts || (call.Prompt is { } prompt && prompts.Contains(prompt.Id)));
}
