using LlmGateway.Gateway.Prompts.Retrieval;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Prompts.Templates;

/// <summary>Turns what stops a rendering into an error for the caller.</summary>
internal static class TemplateFailure
{
    /// <summary>Templates wait for nothing: all values are there, so this never blocks.</summary>
    public static void Wait(ValueTask rendering)
    {
        if (!rendering.IsCompletedSuccessfully)
        {
            rendering.AsTask().GetAwaiter().GetResult();
        }
    }

    /// <param name="error">What was thrown; filters throw whatever the number or text they meet makes them throw.</param>
    /// <param name="context">In which.</param>
    /// <param name="param">The template's field.</param>
    public static ApiException Of(Exception error, RenderingContext context, string param)
    {
        if (error is BlockArgumentException)
        {
            return new ApiException(ApiErrors.BadRequest($"The template {param} cannot be rendered with these values: {error.Message}.", param, "invalid_block_argument"));
        }

        var limit = error is RenderingLimitException ? error.Message
            : context.HasNoSteps ? $"it runs more than {RenderingBudget.MaxSteps:N0} statements"
            : null;
        return new ApiException(limit is null
            ? ApiErrors.BadRequest($"The template {param} cannot be rendered with these values: a filter was given what it cannot take, such as a division by 0.", param, "template_failed")
            : ApiErrors.BadRequest($"The template {param} cannot be rendered with these values: {limit}.", param, "template_limit_exceeded"));
    }
}
