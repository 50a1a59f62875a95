using LlmGateway.Gateway.Settings;
using LlmGateway.Gateway.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Gateway.Prompts.Labels;

/// <summary>Points labels to versions, each move with its entry in the history, and tells every gateway.</summary>
internal sealed class LabelMoves(GatewayDbContext context, SettingsChange settings, PromptDirectory directory, TimeProvider time)
{
    private const int MaxLabels = 100;

    /// <exception cref="ApiException">404 for an unknown version; 403 on a protected label; 409 when it is not where it was expected.</exception>
    public Task<LabelResource> SetAsync(Caller caller, string promptKey, string label, PutLabelRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(caller, promptKey, label, request.ExpectedVersion, async (prompt, current) =>
        {
            var to = request.Version ?? throw PromptRules.Refused("'version' is required: the number of the version to point to.", "version");
            if (to < 1 || to > prompt.LatestVersion)
            {
                throw PromptErrors.UnknownVersion(prompt.Name, $"{to}", prompt.LatestVersion, "version");
            }

            if (current is null && await context.PromptLabels.CountAsync(row => row.PromptId == prompt.Id, cancellationToken) >= MaxLabels)
            {
                throw PromptRules.Refused($"A prompt may have at most {MaxLabels} labels.", "label", "too_many_labels");
            }

            return LabelResource.From(prompt, current?.Version == to ? current : Move(prompt, label, current, to, null, caller));
        }, cancellationToken);

    /// <exception cref="ApiException">404 for an unknown label; 403 and 409 as for a move; 409 <c>nothing_to_restore</c> when it pointed to nothing before.</exception>
    public Task<LabelResource> RollBackAsync(Caller caller, string promptKey, RollbackRequest request, CancellationToken cancellationToken)
    {
        var label = request.Label ?? PromptLabel.Default;
        return ChangeAsync(caller, promptKey, label, request.ExpectedVersion, async (prompt, current) =>
        {
            var place = current ?? throw await UnknownAsync(prompt, label, cancellationToken);
            var before = await BeforeAsync(prompt, label, cancellationToken);
            return before.To is { } version
                ? LabelResource.From(prompt, Move(prompt, label, place, version, before.Id, caller))
                : throw new ApiException(new ApiError(
                    StatusCodes.Status409Conflict, "nothing_to_restore", $"The label '{label}' of '{prompt.Name}' pointed to nothing before: PUT /v1/prompts/{prompt.Name}/labels/{label} moves it.", "label"));
        }, cancellationToken);
    }

    /// <exception cref="ApiException">404 for an unknown label; 403 on a protected one.</exception>
    public Task DeleteAsync(Caller caller, string promptKey, string label, CancellationToken cancellationToken) =>
        ChangeAsync(caller, promptKey, label, null, async (prompt, current) =>
        {
            context.Remove(current ?? throw await UnknownAsync(prompt, label, cancellationToken));
            Note(prompt, label, current.Version, null, null, caller);
            return true;
        }, cancellationToken);

    private Task<T> ChangeAsync<T>(
        Caller caller, string promptKey, string label, int? expected, Func<Prompt, PromptLabel?, Task<T>> change, CancellationToken cancellationToken)
    {
        PromptRules.CheckLabel(label, "label");
        return settings.MakeAsync(
            directory,
            caller.ProjectId,
            async () =>
            {
                var prompt = await context.GetPromptAsync(caller.ProjectId, promptKey, cancellationToken);
                LabelProtection.Check(prompt, label, caller);
                var current = await context.PromptLabels.SingleOrDefaultAsync(row => row.PromptId == prompt.Id && row.Name == label, cancellationToken);
                RefuseOther(label, current?.Version ?? 0, expected);
                return await change(prompt, current);
            },
            cancellationToken);
    }

    private PromptLabel Move(Prompt prompt, string label, PromptLabel? current, int to, long? restores, Caller caller)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        Note(prompt, label, current?.Version, to, restores, caller);
        current ??= context.Add(new PromptLabel { PromptId = prompt.Id, Name = label, Version = to, UpdatedAt = now }).Entity;
        (current.Version, current.UpdatedAt, current.UpdatedBy) = (to, now, caller.KeyId);
        return current;
    }

    private void Note(Prompt prompt, string label, int? from, int? to, long? restores, Caller caller) => context.Add(new PromptLabelChange
    {
        PromptId = prompt.Id,
        Label = label,
        From = from,
        To = to,
        Restores = restores,
        CreatedAt = time.GetUtcNow().ToUnixTimeSeconds(),
        CreatedBy = caller.KeyId,
    });

    /// <summary>
    /// The entry before the one that is in force. A roll-back put an older entry in force again, so that two of them go back
    /// two steps, and never forth.
    /// </summary>
    private async Task<(long Id, int? To)> BeforeAsync(Prompt prompt, string label, CancellationToken cancellationToken)
    {
        var history = context.PromptLabelChanges.AsNoTracking().Where(row => row.PromptId == prompt.Id && row.Label == label).OrderByDescending(row => row.Id);
        var newest = await history.FirstAsync(cancellationToken);
        var inForce = newest.Restores ?? newest.Id;
        var before = await history.FirstOrDefaultAsync(row => row.Id < inForce, cancellationToken);
        return before is null ? default : (before.Restores ?? before.Id, before.To);
    }

    private async Task<ApiException> UnknownAsync(Prompt prompt, string label, CancellationToken cancellationToken) => PromptErrors.UnknownLabel(
        prompt.Name, label,
        await context.PromptLabels.Where(row => row.PromptId == prompt.Id).Select(row => row.Name).ToListAsync(cancellationToken), "label");

    private static void RefuseOther(string label, int current, int? expected)
    {
        if (expected is not null && expected != current)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status409Conflict, "version_conflict",
                current == 0 ? $"The label '{label}' does not exist; expected_version 0 makes it." : $"The label '{label}' points to version {current}. Look at that version, and repeat the change if it still applies.",
                "expected_version"));
        }
    }
}
