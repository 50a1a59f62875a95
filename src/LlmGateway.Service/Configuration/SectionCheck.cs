using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace LlmGateway.Service;

/// <summary>
/// Holds a section against its schema. A key that nothing reads is a mistake, and so is an entry of the wrong form, which the binder
/// would leave out: what was meant by either would silently not be so.
/// </summary>
internal sealed class SectionCheck<TOptions>(string root, ConfigurationSchema schema, IConfiguration configuration) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var errors = new List<string>();
        Check(configuration.GetSection(root), schema.Of(root), errors);
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Check(IConfigurationSection section, SettingSchema schema, List<string> errors)
    {
        if (section.Value is { Length: > 0 } value && schema.Expected(value) is { } expected)
        {
            errors.Add($"{section.Path} is '{value}': expected {expected}.");
        }

        foreach (var child in section.GetChildren())
        {
            if (schema.Member(child.Key) is { } member)
            {
                Check(child, member, errors);
            }
            else if (schema.IsClosed)
            {
                errors.Add($"{child.Path} is no setting. Settings here: {string.Join(", ", schema.Members)}.");
            }
        }
    }
}
