using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Annotations.Review;

/// <summary>Takes answers. An item's last one and what follows from it, its label and the feedback, are written together.</summary>
internal sealed class ReviewDesk(DatasetsDbContext context, Reservations reservations, LabelFeedback feedback, DatasetsAnnouncer announcer, TimeProvider time)
{
    /// <summary>Takes an answer; the same again changes nothing.</summary>
    /// <exception cref="ApiException">The item is not the reviewer's to answer, or no longer (409).</exception>
    public Task<AnnotationItem> SubmitAsync(
        AnnotationQueue queue, string itemId, string reviewer, string value, string? comment, CancellationToken cancellationToken) =>
        ChangeAsync(queue, itemId, async item =>
        {
            var answer = await FindAsync(item, reviewer, cancellationToken);
            if (answer.State == AnnotationAnswer.Submitted)
            {
                return answer.Value == value ? false : throw Conflict("already_answered", $"'{reviewer}' answered this item otherwise, and an answer stays.");
            }

            await CheckPlaceAsync(queue, item, answer, cancellationToken);
            answer.State = AnnotationAnswer.Submitted;
            answer.Value = value;
            answer.Comment = comment;
            await context.SaveChangesAsync(cancellationToken);
            return await SettleAsync(queue, item, cancellationToken);
        }, cancellationToken);

    /// <summary>Gives the item back; the reviewer will not get it again.</summary>
    /// <exception cref="ApiException">The item is not the reviewer's (409).</exception>
    public Task<AnnotationItem> SkipAsync(AnnotationQueue queue, string itemId, string reviewer, string? comment, CancellationToken cancellationToken) =>
        ChangeAsync(queue, itemId, async item =>
        {
            var answer = await FindAsync(item, reviewer, cancellationToken);
            if (answer.State == AnnotationAnswer.Submitted)
            {
                throw Conflict("already_answered", $"'{reviewer}' answered this item, and an answer stays.");
            }

            answer.State = AnnotationAnswer.Skipped;
            answer.Comment = comment;
            await context.SaveChangesAsync(cancellationToken);
            return false;
        }, cancellationToken);

    /// <summary>Decides a disagreement; the same again changes nothing.</summary>
    /// <exception cref="ApiException">Reviewers do not disagree on the item (409).</exception>
    public Task<AnnotationItem> AdjudicateAsync(
        AnnotationQueue queue, string itemId, string adjudicator, string value, string? comment, CancellationToken cancellationToken) =>
        ChangeAsync(queue, itemId, item =>
        {
            if (item.Adjudicator == adjudicator && item.Label == value)
            {
                return Task.FromResult(false);
            }

            if (item.Status != AnnotationStatus.Disagreement)
            {
                throw Conflict("no_disagreement", $"The item is {item.Status}: only a disagreement is decided.");
            }

            (item.Status, item.Label, item.Adjudicator, item.Comment) = (AnnotationStatus.Resolved, value, adjudicator, comment);
            return Task.FromResult(true);
        }, cancellationToken);

    /// <param name="queue">The queue, which is locked meanwhile.</param>
    /// <param name="itemId">The item.</param>
    /// <param name="change">Tells whether the item has a label now that it had not.</param>
    /// <param name="cancellationToken">Ends it; nothing is written then.</param>
    private async Task<AnnotationItem> ChangeAsync(AnnotationQueue queue, string itemId, Func<AnnotationItem, Task<bool>> change, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.LockAsync(queue, cancellationToken);
        var item = await context.FindItemAsync(queue, itemId, cancellationToken);
        context.AnnotationItems.Attach(item);
        var said = await change(item) ? await feedback.SendAsync(queue, item, cancellationToken) : null;
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        await (said is null ? Task.CompletedTask : announcer.AnnounceAsync(said));
        return item;
    }

    private async Task<AnnotationAnswer> FindAsync(AnnotationItem item, string reviewer, CancellationToken cancellationToken) =>
        await context.AnnotationAnswers.FirstOrDefaultAsync(
            answer => answer.ItemId == item.Id && answer.Reviewer == reviewer && answer.State != AnnotationAnswer.Skipped, cancellationToken)
        ?? throw Conflict("not_reserved", $"The item is not reserved for '{reviewer}': ask for the next one first.");

    /// <summary>A reservation that expired is as good as ever while nobody took its place.</summary>
    private async Task CheckPlaceAsync(AnnotationQueue queue, AnnotationItem item, AnnotationAnswer answer, CancellationToken cancellationToken)
    {
        var now = time.NowMicros();
        if (item.Status != AnnotationStatus.Pending
            || await reservations.Taken(now).CountAsync(other => other.ItemId == item.Id && other.Reviewer != answer.Reviewer, cancellationToken) >= queue.ReviewersPerItem)
        {
            throw Conflict("reservation_expired", "The reservation expired, and others took the item: ask for the next one.");
        }
    }

    private async Task<bool> SettleAsync(AnnotationQueue queue, AnnotationItem item, CancellationToken cancellationToken)
    {
        var answers = await context.AnnotationAnswers.Where(answer => answer.ItemId == item.Id && answer.State == AnnotationAnswer.Submitted)
            .Select(answer => answer.Value!).ToListAsync(cancellationToken);
        if (answers.Count < queue.ReviewersPerItem)
        {
            return false;
        }

        item.Label = queue.Answers().Agreed(answers);
        item.Status = item.Label is null ? AnnotationStatus.Disagreement : AnnotationStatus.Resolved;
        return item.Label is not null;
    }

    private static ApiException Conflict(string code, string message) => new(new ApiError(StatusCodes.Status409Conflict, code, message, "item_id"));
}
