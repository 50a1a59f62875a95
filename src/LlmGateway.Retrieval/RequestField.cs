using LlmGateway.Service;

namespace LlmGateway.Retrieval;

/// <summary>Checks of single fields, whose errors name them.</summary>
internal static class RequestField
{
    public static void OneOf(string? value, string param, params ReadOnlySpan<string> known)
    {
        if (value is not null && !known.Contains(value))
        {
            throw Invalid(param, $"expected one of {string.Join(", ", known)}");
        }
    }

    public static void Between(double? value, double lowest, double highest, string param)
    {
        if (value is { } number && !(number >= lowest && number <= highest))
        {
            throw Invalid(param, highest == double.MaxValue ? $"expected a number of at least {lowest}" : $"expected a number from {lowest} to {highest}");
        }
    }

    public static void Require(bool holds, string param, string expected)
    {
        if (!holds)
        {
            throw Invalid(param, expected);
        }
    }

    public static ApiException Invalid(string param, string expected) => new(ApiErrors.BadRequest($"Invalid '{param}': {expected}.", param));
}
