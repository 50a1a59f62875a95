using LlmGateway.Service;

namespace LlmGateway.LocalModel;

/// <summary>The model that a request names: the stand-in itself, or one that a job trained.</summary>
/// <param name="Name">As the request has it.</param>
/// <param name="Learned">Null for the stand-in.</param>
internal readonly record struct ModelChoice(string Name, ILearnedModel? Learned)
{
    /// <exception cref="ApiException">There is no such model (404 <c>model_not_found</c>).</exception>
    public static ModelChoice Of(RequestBody body, LearnedModels models)
    {
        if (body.Text("model") is not { } name || !LearnedModels.IsName(name))
        {
            return new ModelChoice(body.Model("chat"), null);
        }

        return models.Find(name) is { } learned ? new ModelChoice(name, learned)
            : throw new ApiException(ApiErrors.NotFound($"The fine-tuned model '{name}' does not exist here.", "model", "model_not_found"));
    }
}
