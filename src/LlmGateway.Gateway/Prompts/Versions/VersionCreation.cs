using System.Text.Json;
using LlmGateway.Gateway.Prompts.Calls;
using LlmGateway.Gateway.Prompts.Chains;
using LlmGateway.Gateway.Prompts.Composition;
using LlmGateway.Gateway.Prompts.Templates;
using LlmGateway.Gateway.Storage;
using LlmGateway.Gateway.Structured;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Prompts.Versions;

/// <summary>Makes versions. What is wrong with one is found here, before anybody calls it.</summary>
internal sealed class VersionCreation(GatewayDbContext context, PromptComposer composer, ChainPins chains, TimeProvider time)
{
    private const int MaxVersions = 10_000;

    /// <summary>Checks a content and pins what it includes; changes nothing.</summary>
    /// <param name="prompt">The prompt; it may be a new one.</param>
    /// <param name="request">The content, maybe with further members of a request.</param>
    /// <param name="commitMessage">Why the version is made.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ApiException">400 naming what is wrong, for a template with line and column; 404 for an unknown prompt that it includes.</exception>
    public async Task<VersionDraft> DraftAsync(Prompt prompt, PromptContent request, string? commitMessage, CancellationToken cancellationToken)
    {
        PromptRules.CheckText(commitMessage, PromptRules.MaxCommitMessageLength, "commit_message");
        PromptMembers.Check(request);
        if (request is { StructuredOutput: not null, ResponseFormat: { } format })
        {
            // Every call of the version would be refused.
            await AnswerFormat.ReadAsync(JsonElement.Parse(format.ToJsonString()), "response_format", "json_schema.schema", cancellationToken);
        }

        var includes = request.Steps is null
            ? await composer.PinAsync(prompt, request, cancellationToken)
            : await chains.PinAsync(prompt, request, cancellationToken);
        var composed = await composer.ComposeAsync(request, includes, cancellationToken);
        if (includes.Count > 0)
        {
            // The prompt's own mistakes, where they are; what it includes has been found good before.
            PromptTemplates.Compile(PromptComposer.Outer(request, composed));
        }

        var compiled = PromptTemplates.Compile(composed);
        var content = PromptJson.Write(request);
        return new VersionDraft(content, includes, ContentHash.Compute(content, includes), commitMessage, compiled.Warnings);
    }

    /// <summary>Adds a draft to the context, which a change of the prompts then saves.</summary>
    /// <returns>The new version, or the one that has the same content.</returns>
    public async Task<PromptVersion> AddAsync(Prompt prompt, VersionDraft draft, Caller caller, CancellationToken cancellationToken)
    {
        if (await context.PromptVersions.AsNoTracking().SingleOrDefaultAsync(row => row.PromptId == prompt.Id && row.Hash == draft.Hash, cancellationToken) is { } same)
        {
            return same;
        }

        if (prompt.LatestVersion >= MaxVersions)
        {
            throw PromptRules.Refused($"A prompt may have at most {MaxVersions} versions.", null, "too_many_versions");
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        prompt.LatestVersion++;
        prompt.UpdatedAt = now;
        return context.Add(new PromptVersion
        {
            PromptId = prompt.Id,
            Number = prompt.LatestVersion,
            Hash = draft.Hash,
            Content = draft.Content,
            Includes = PromptJson.Write(draft.Includes),
            CommitMessage = draft.CommitMessage,
            CreatedAt = now,
            CreatedBy = caller.KeyId,
        }).Entity;
    }
}
