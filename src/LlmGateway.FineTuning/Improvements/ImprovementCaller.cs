using LlmGateway.Service;

namespace LlmGateway.FineTuning.Improvements;

/// <summary>An improvement's calls of other services, in the name of the administrator who asked for it.</summary>
internal static class ImprovementCaller
{
    private const string Purpose = "improvement";

    public static Caller Of(Improvement row) => new(row.ProjectId, row.KeyId, Scopes.Data | Scopes.Admin | Scopes.Inference, Purpose);
}
