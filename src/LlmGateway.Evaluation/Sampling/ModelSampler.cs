using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling.Blocks;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>Asks a model through the gateway.</summary>
internal sealed class ModelSampler(GatewayModels models, Caller caller, ModelRequest request, PromptAssembly prompt) : ISampler
{
    public async Task<Sample?> SampleAsync(SourcedItem item, CancellationToken cancellationToken)
    {
        var asked = prompt.Assemble(new TemplateValues(item.Item, null));
        var answer = await models.CompleteAsync(caller, request, asked.Messages.WriteTo, cancellationToken, item.Repetition);
        return Sample.Of(asked.Messages, answer) with { Retrieved = asked.Retrieved };
    }
}
