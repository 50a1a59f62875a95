using LlmGateway.Gateway.Dialects.Completions;
using LlmGateway.Gateway.Dialects.Messages;
using LlmGateway.Gateway.Dialects.Responses;
using LlmGateway.Gateway.Models;
using LlmGateway.Gateway.Requests;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.Gateway.Dialects;

/// <summary>Which APIs can be translated into which; chat completions are what the others meet in.</summary>
internal static class Translations
{
    private static readonly (Operation From, Operation To, Func<TranslationContext, Translation> Begin)[] Known =
    [
        (Operation.ChatCompletions, Operation.Messages, context => new ChatToMessages(context)),
        (Operation.Responses, Operation.ChatCompletions, context => new ResponsesToChat(context)),
        (Operation.Completions, Operation.ChatCompletions, context => new CompletionsToChat(context)),
        (Operation.Messages, Operation.ChatCompletions, context => new MessagesToChat(context)),
    ];

    /// <summary>How a call can be made at a provider; null where that speaks the caller's API itself.</summary>
    /// <exception cref="ApiException">400 <c>unsupported_operation</c>: it can not.</exception>
    public static Translation? Begin(Operation operation, TranslationContext context)
    {
        var provider = context.Deployment.Provider;
        if (provider.Speaks(operation))
        {
            return null;
        }

        var direct = Known.FirstOrDefault(step => step.From == operation && provider.Speaks(step.To));
        if (direct.Begin is not null)
        {
            return direct.Begin(context);
        }

        var first = Known.FirstOrDefault(step => step.From == operation && step.To == Operation.ChatCompletions);
        var second = Known.FirstOrDefault(step => step.From == Operation.ChatCompletions && provider.Speaks(step.To));
        return first.Begin is not null && second.Begin is not null
            ? new ChainedTranslation(first.Begin(context), second.Begin(context))
            : throw new ApiException(Unsupported(operation, provider));
    }

    private static ApiError Unsupported(Operation operation, Provider provider) => new(
        StatusCodes.Status400BadRequest, "unsupported_operation",
        $"The provider '{provider.Name}' has no '{operation.Path}', and nothing it has can stand in for it. Choose a model of another provider.", "model");
}
