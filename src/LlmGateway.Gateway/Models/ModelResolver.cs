using LlmGateway.Gateway.ProjectModels;
using LlmGateway.Gateway.Routes;
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
    public Deployment ResolveTarget(string projectId, string target) => Find(projectId, target, directory.Current).First;

    /// <summary>A route's fallback; null if there is none of that name any more.</summary>
    public ModelRoute? Fallback(string name)
    {
        try
        {
            return catalog.Table.Route(name);
        }
        catch (ApiException)
        {
            return null;
        }
    }

    /// <summary>Whether a deployment is a fine-tuned model of other projects only.</summary>
    public bool IsOfOthers(string projectId, Deployment deployment) => directory.Current.IsOfOthers(projectId, deployment.Name);

    private ModelRoute Find(string projectId, string target, ProjectModelTable own)
    {
        var table = catalog.Table;
        if (target.StartsWith(FineTunedModel.Prefix, StringComparison.Ordinal))
        {
            return own.FineTuned(projectId, target) is { } model && table.At(model.Provider, model.Model) is { } route
                ? route
                : throw new ApiException(ModelNotFound.Describe(target, table));
        }

        // By its provider's name for it, another project's fine-tuned model is no more to be had than by its id.
        var found = table.Route(target);
        return own.IsOfOthers(projectId, found.First.Name) ? throw new ApiException(ModelNotFound.Describe(target, table)) : found;
    }
}

/// <param name="Target">What the caller's name stands for: itself, or its alias's target.</param>
/// <param name="Route">Where the call may go.</param>
internal readonly record struct ResolvedModel(string Target, ModelRoute Route)
{
    /// <summary>The deployment that stands first.</summary>
    public Deployment Deployment => Route.First;
}
