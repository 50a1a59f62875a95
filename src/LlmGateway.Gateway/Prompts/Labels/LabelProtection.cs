using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Prompts.Labels;

/// <summary>Protected labels are an admin's to move; all others are anybody's who may change data.</summary>
internal static class LabelProtection
{
    /// <exception cref="ApiException">403 <c>insufficient_scope</c>.</exception>
    public static void Check(Prompt prompt, string label, Caller caller)
    {
        if (prompt.ProtectedLabels.Contains(label))
        {
            RequireAdmin(caller, "label", $"The label '{label}' of '{prompt.Name}' is protected: this takes a key with the scope 'admin'.");
        }
    }

    /// <exception cref="ApiException">403 <c>insufficient_scope</c>.</exception>
    public static void RequireAdmin(Caller caller, string param, string message)
    {
        if (!caller.Scopes.HasFlag(Scopes.Admin))
        {
            throw new ApiException(new ApiError(StatusCodes.Status403Forbidden, "insufficient_scope", message, param));
        }
    }
}
