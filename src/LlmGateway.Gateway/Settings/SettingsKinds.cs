namespace LlmGateway.Gateway.Settings;

/// <summary>What projects and operators set at run time, each kind with a copy of its own in every gateway.</summary>
internal static class SettingsKinds
{
    public const string Models = "models";
    public const string Prompts = "prompts";
    public const string Guardrails = "guardrails";
    public const string SemanticCaches = "semantic_caches";
    public const string Shadows = "shadows";
    public const string Experiments = "experiments";
    public const string Limits = "limits";
    public const string Routes = "routes";
    public const string Providers = "providers";

    public static readonly string[] All = [Models, Prompts, Guardrails, SemanticCaches, Shadows, Experiments, Limits, Routes, Providers];
}
