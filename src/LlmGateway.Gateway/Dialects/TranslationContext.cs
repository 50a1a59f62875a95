using LlmGateway.Gateway.Models;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Dialects;

/// <summary>What a call's translations know of it, and what they noted.</summary>
/// <param name="deployment">Where the call goes.</param>
/// <param name="created">When it began: for answers that tell their time.</param>
internal sealed class TranslationContext(Deployment deployment, DateTimeOffset created)
{
    private readonly List<string> _dropped = [];

    /// <summary>Where the call goes.</summary>
    public Deployment Deployment { get; } = deployment;

    /// <summary>When the call began, in Unix seconds.</summary>
    public long Created { get; } = created.ToUnixTimeSeconds();

    /// <summary>The response that the call continues, which stands in its request no more; null for none.</summary>
    public string? PreviousResponseId { get; init; }

    /// <summary>Parameters of the caller's that the provider never saw.</summary>
    public IReadOnlyList<string> Dropped => _dropped;

    /// <summary>Notes that a parameter has no counterpart at the provider and is left out, or refuses it where the route says so.</summary>
    /// <param name="param">Its path, such as <c>logit_bias</c>.</param>
    /// <exception cref="ApiException">400 <c>unsupported_parameter</c>.</exception>
    public void Drop(string param)
    {
        if (Deployment.UnsupportedParameters == UnsupportedParameters.Refuse)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status400BadRequest, "unsupported_parameter",
                $"'{param}' is not supported by '{Deployment.Name}'. Leave it out, or have it dropped: the operator sets UnsupportedParameters of the route or the provider to Drop.",
                param));
        }

        if (!_dropped.Contains(param))
        {
            _dropped.Add(param);
        }
    }
}
