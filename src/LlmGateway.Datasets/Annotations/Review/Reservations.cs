using LlmGateway.Datasets.Storage;
using LlmGateway.Service;
using Microsoft.EntityFrameworkCore;

namespace LlmGateway.Datasets.Annotations.Review;

/// <summary>Gives reviewers items, never one to more of them at a time than must answer it. Those of a queue are given one after another.</summary>
internal sealed class Reservations(DatasetsDbContext context, TimeProvider time)
{
    /// <summary>The item that the reviewer has, kept for longer, else the oldest that is free; null if there is none for them.</summary>
    public async Task<(AnnotationItem Item, AnnotationAnswer Reservation)?> NextAsync(AnnotationQueue queue, string reviewer, CancellationToken cancellationToken)
    {
        await using var transaction = await context.Database.BeginTransactionAsync(cancellationToken);
        await context.LockAsync(queue, cancellationToken);
        var now = time.GetUtcNow();
        var nowMicros = UnixMicros.Of(now);
        var found = await HeldAsync(queue, reviewer, nowMicros, cancellationToken) ?? await FreeAsync(queue, reviewer, nowMicros, cancellationToken);
        if (found is null)
        {
            return null;
        }

        var until = UnixMicros.Of(now.AddMinutes(queue.ReservationMinutes));
        var reservation = await context.AnnotationAnswers.FirstOrDefaultAsync(answer => answer.ItemId == found.Id && answer.Reviewer == reviewer, cancellationToken);
        if (reservation is null)
        {
            reservation = new AnnotationAnswer { ItemId = found.Id, Reviewer = reviewer, State = AnnotationAnswer.Reserved, ReservedUntilMicros = until };
            context.AnnotationAnswers.Add(reservation);
        }

        reservation.ReservedUntilMicros = until;
        await context.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (found, reservation);
    }

    /// <summary>Answers that take a place of an item: given ones, and reservations that have not expired.</summary>
    public IQueryable<AnnotationAnswer> Taken(long nowMicros) => context.AnnotationAnswers.Where(answer =>
        answer.State == AnnotationAnswer.Submitted || (answer.State == AnnotationAnswer.Reserved && answer.ReservedUntilMicros > nowMicros));

    private Task<AnnotationItem?> HeldAsync(AnnotationQueue queue, string reviewer, long nowMicros, CancellationToken cancellationToken)
    {
        var held = context.AnnotationAnswers.Where(answer =>
            answer.Reviewer == reviewer && answer.State == AnnotationAnswer.Reserved && answer.ReservedUntilMicros > nowMicros);
        return Pending(queue).FirstOrDefaultAsync(item => held.Any(answer => answer.ItemId == item.Id), cancellationToken);
    }

    private Task<AnnotationItem?> FreeAsync(AnnotationQueue queue, string reviewer, long nowMicros, CancellationToken cancellationToken)
    {
        var done = context.AnnotationAnswers.Where(answer => answer.Reviewer == reviewer && answer.State != AnnotationAnswer.Reserved);
        var taken = Taken(nowMicros);
        return Pending(queue).FirstOrDefaultAsync(
            item => !done.Any(answer => answer.ItemId == item.Id) && taken.Count(answer => answer.ItemId == item.Id) < queue.ReviewersPerItem, cancellationToken);
    }

    private IQueryable<AnnotationItem> Pending(AnnotationQueue queue) =>
        context.ItemsOf(queue).Where(item => item.Status == AnnotationStatus.Pending).OrderBy(item => item.Id);
}
