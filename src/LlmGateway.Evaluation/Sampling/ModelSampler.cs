using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>Asks a model through the gateway.</summary>
internal sealed class ModelSampler(GatewayModels models, Caller caller, ModelRequest request, IPrompt prompt) : ISampler
{
    public async Task<Sample?> SampleAsync(SourcedItem item, CancellationToken cancellationToken)
    {
        var messages = prompt.Messages(new TemplateValues(item.Item, null));
        return Sample.Of(messages, await models.CompleteAsync(caller, request, messages.WriteTo, cancellationToken, item.Repetition));
    }
}
