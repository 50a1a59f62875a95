using LlmGateway.Gateway.ProjectModels;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Models;

/// <summary>
/// What a project's caller means by a model's name: a fine-tuned model of the project (<c>ft:…</c>), the project's alias, then
/// what <see cref="ModelTable"/> says. An alias's target is never taken for a project's alias again, so none can go round.
/// </summary>
internal sealed class ModelResolver(ModelCatalog catalog, ProjectModelDirectory directory)
{
    /// <exception cref="ApiException">404 <c>model_not_found</c>, or 400 when several providers have the name.</exception>
    public ResolvedModel Resolve(string projectId, string name)
    {
        var own = directory.Current;
        var target = own.TargetOf(projectId, name) ?? name;
        return new ResolvedModel(target, Find(projectId, target, own));
    }

    /// <summary>The same for what an alias is to stand for.</summary>
    /// <exception cref="ApiException">As for a caller's name.</exception>
    public Deployment ResolveTarget(string projectId, string target) => Find(projectId, target, directory.Current);

    private Deployment Find(string projectId, string target, ProjectModelTable own)
    {
        var table = catalog.Table;
        if (target.StartsWith(FineTunedModel.Prefix, StringComparison.Ordinal))
        {
            return own.FineTuned(projectId, target) is { } model && table.At(model.Provider, model.Model) is { } deployment
                ? deployment
                : throw new ApiException(ModelNotFound.Describe(target, table));
        }

        // By its provider's name for it, another project's fine-tuned model is no more to be had than by its id.
        var found = table.Resolve(target);
        return own.IsOfOthers(projectId, found.Name) ? throw new ApiException(ModelNotFound.Describe(target, table)) : found;
    }
}

/// <param name="Target">What the caller's name stands for: itself, or its alias's target.</param>
/// <param name="Deployment">Where the call goes.</param>
internal readonly record struct ResolvedModel(string Target, Deployment Deployment);
