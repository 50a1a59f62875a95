using LlmGateway.Gateway.Prompts.Labels;
using LlmGateway.Gateway.Prompts.Versions;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Prompts;

/// <summary>Rows of a project's prompts by what callers call them; archived prompts are not there.</summary>
internal static class PromptLookup
{
    public static IQueryable<Prompt> PromptsOf(this GatewayDbContext context, string projectId) =>
        context.Prompts.Where(prompt => prompt.ProjectId == projectId && prompt.ArchivedAt == null);

    /// <param name="context">The store.</param>
    /// <param name="projectId">Whose prompt.</param>
    /// <param name="key">Its id or name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">404 <c>prompt_not_found</c>.</exception>
    public static async Task<Prompt> GetPromptAsync(this GatewayDbContext context, string projectId, string key, CancellationToken cancellationToken) =>
        await context.PromptsOf(projectId).SingleOrDefaultAsync(prompt => prompt.Id == key || prompt.Name == key, cancellationToken)
        ?? throw PromptErrors.UnknownPrompt(key, "id");

    /// <param name="context">The store.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="selector">A version's number, its content hash, or a label.</param>
    /// <param name="param">The field that an error names.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">404 <c>prompt_version_not_found</c> or <c>prompt_label_not_found</c>.</exception>
    public static async Task<PromptVersion> GetVersionAsync(
        this GatewayDbContext context, Prompt prompt, string selector, string param, CancellationToken cancellationToken)
    {
        var versions = context.PromptVersions.AsNoTracking().Where(version => version.PromptId == prompt.Id);
        if (ContentHash.IsHash(selector))
        {
            return await versions.SingleOrDefaultAsync(version => version.Hash == selector, cancellationToken)
                ?? throw PromptErrors.UnknownVersion(prompt.Name, selector, prompt.LatestVersion, param);
        }

        var number = PromptReference.TryParseVersion(selector, out var parsed) ? parsed
            : selector == PromptLabel.Latest ? prompt.LatestVersion
            : await context.VersionAtAsync(prompt, selector, param, cancellationToken);
        return await versions.SingleOrDefaultAsync(version => version.Number == number, cancellationToken)
            ?? throw PromptErrors.UnknownVersion(prompt.Name, selector, prompt.LatestVersion, param);
    }

    private static async Task<int> VersionAtAsync(this GatewayDbContext context, Prompt prompt, string label, string param, CancellationToken cancellationToken)
    {
        var labels = await context.PromptLabels.AsNoTracking().Where(row => row.PromptId == prompt.Id).ToListAsync(cancellationToken);
        return labels.Find(row => row.Name == label)?.Version
            ?? throw PromptErrors.UnknownLabel(prompt.Name, label, labels.Select(row => row.Name), param);
    }
}
