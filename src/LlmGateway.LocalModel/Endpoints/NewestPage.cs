using LlmGateway.OpenAI;
using LlmGateway.Service;
using Microsoft.AspNetCore.Http;

namespace LlmGateway.LocalModel;

/// <summary>Pages of lists that are at hand, newest first.</summary>
internal static class NewestPage
{
    /// <summary>The page that the query asks for; an unknown <c>after</c> leads behind the end.</summary>
    public static ListPage<T> Of<T>(HttpContext context, IEnumerable<T> newestFirst, Func<T, string> id)
    {
        var page = PageQuery.Read(context.Request.Query, descendingByDefault: true);
        var rest = page.After is { } after ? newestFirst.SkipWhile(item => id(item) != after).Skip(1) : newestFirst;
        return rest.Take(page.Limit + 1).ToList().ToPage(page.Limit, item => item, id);
    }
}
