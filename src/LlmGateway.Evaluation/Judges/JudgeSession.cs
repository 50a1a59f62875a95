using LlmGateway.Evaluation.Models;
using LlmGateway.Service;

namespace LlmGateway.Evaluation.Judges;

/// <summary>A judge at work on one item: it asks, and counts what that took.</summary>
/// <param name="models">What calls the judge.</param>
/// <param name="request">The judge and how it samples.</param>
/// <param name="caller">In whose name.</param>
/// <param name="version">The judge's.</param>
/// <param name="votes">How often it is asked where votes are taken; odd.</param>
/// <param name="cancellationToken">Ends the work.</param>
internal sealed class JudgeSession(
    GatewayModels models, ModelRequest request, Caller caller, string version, int votes, CancellationToken cancellationToken)
{
    /// <summary>The error's code where a judge answered, and twice with what cannot be read.</summary>
    public const string Unreadable = "unreadable_judgement";

    public string Version => version;

    public Caller Caller => caller;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Of all calls so far; null before the first one's end.</summary>
    public ModelUsage? Usage { get; private set; }

    /// <exception cref="ModelException">It does not answer, or twice with what cannot be read.</exception>
    public Task<T> AskAsync<T>(IReadOnlyList<ChatText> messages, AnswerForm<T> form)
        where T : class => AskAsync(messages, form, vote: 0);

    /// <summary>Asks for the judge's votes.</summary>
    /// <exception cref="ModelException">Not more than half of them could be had.</exception>
    public Task<IReadOnlyList<Vote<T>>> VoteAsync<T>(IReadOnlyList<ChatText> messages, AnswerForm<T> form)
        where T : class => RepeatAsync(votes, messages, form);

    /// <summary>Asks the same several times.</summary>
    /// <exception cref="ModelException">Not more than half of the answers could be had.</exception>
    public async Task<IReadOnlyList<Vote<T>>> RepeatAsync<T>(int times, IReadOnlyList<ChatText> messages, AnswerForm<T> form)
        where T : class
    {
        var given = new List<Vote<T>>(times);
        ModelException? last = null;
        for (var vote = 0; vote < times; vote++)
        {
            try
            {
                given.Add(new Vote<T>(await AskAsync(messages, form, vote), null));
            }
            catch (ModelException exception)
            {
                last = exception;
                given.Add(new Vote<T>(null, exception.Message));
            }
        }

        var read = given.Count(vote => vote.Answer is not null);
        return read * 2 > times ? given
            : times == 1 ? throw last!
            : throw new ModelException(last!.Code, $"Only {read} of {times} votes could be had. {last.Message}");
    }

    private async Task<T> AskAsync<T>(IReadOnlyList<ChatText> messages, AnswerForm<T> form, int vote)
        where T : class
    {
        var first = await CompleteAsync(messages, vote);
        if (form.Read(first) is { } answer)
        {
            return answer;
        }

        var repair = new ChatText("user", $"That cannot be read. Answer with this JSON object alone: {form.Shape}");
        var second = await CompleteAsync([.. messages, new ChatText("assistant", first), repair], vote);
        return form.Read(second) ?? throw new ModelException(Unreadable, $"The judge's answer cannot be read: {JsonFields.Shortened(second)}");
    }

    /// <summary>Each vote has its own place in the response cache, which would else answer all of them with the first.</summary>
    private async Task<string> CompleteAsync(IReadOnlyList<ChatText> messages, int vote)
    {
        var answer = await models.CompleteAsync(caller, request, messages, cancellationToken, vote);
        Usage = Usage?.Plus(answer.Usage) ?? answer.Usage;
        return answer.Text;
    }
}

/// <summary>One of a judge's votes.</summary>
/// <param name="Answer">Null where there is none.</param>
/// <param name="Error">Why there is none.</param>
internal sealed record Vote<T>(T? Answer, string? Error)
    where T : class;
