using System.Text.Json;
using LlmGateway.Evaluation.Models;
using LlmGateway.Evaluation.Sampling.Blocks;
using LlmGateway.Evaluation.Templates;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Sampling;

/// <summary>Asks a model through the gateway.</summary>
/// <param name="models">The gateway.</param>
/// <param name="caller">In whose name.</param>
/// <param name="request">The model and its parameters.</param>
/// <param name="prompt">Makes the messages.</param>
/// <param name="writeMore">Writes what else a request takes from its item; null for nothing.</param>
internal sealed class ModelSampler(
    GatewayModels models, Caller caller, ModelRequest request, PromptAssembly prompt, Action<Utf8JsonWriter, JsonElement>? writeMore) : ISampler
{
    public async Task<Sample?> SampleAsync(SourcedItem item, CancellationToken cancellationToken)
    {
        var asked = prompt.Assemble(new TemplateValues(item.Item, null));
        // A prompt may have all the messages itself.
        var body = request.Body(
            asked.Messages.GetArrayLength() > 0 ? asked.Messages.WriteTo : null, writeMore is null ? null : writer => writeMore(writer, item.Item));
        var answer = await models.CompleteAsync(caller, request, body, cancellationToken, item.Repetition);
        return Sample.Of(asked.Messages, answer) with { Retrieved = asked.Retrieved };
    }
}
