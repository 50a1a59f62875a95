using System.Buffers;
using System.IO.Hashing;
using System.Text.Json;
using System.Text.Unicode;
using LlmGateway.Gateway.Retrieval.FileSearch;
using LlmGateway.Service;

namespace LlmGateway.Gateway.Requests;

/// <summary>
/// Reads a request's top level in one pass, without a DOM, and refuses what must not reach a provider: text that is
/// not JSON or not UTF-8, nesting beyond <see cref="MaxDepth"/>, a member given twice (the first one would be checked
/// here and the last one used upstream), and wrong types of the members that the gateway acts on.
/// </summary>
internal ref struct RequestScanner
{
    public const int MaxDepth = 64;
    public const int MaxMembers = 128;
    private const int MaxMetadata = 16;
    private const int MaxModelLength = 256;

    private readonly ReadOnlySpan<byte> _body;
    private readonly Operation _operation;
    private readonly RequestScan _scan = new();
    private Utf8JsonReader _reader;
    private bool _hasInput;
    private bool _isEmpty;

    private RequestScanner(ReadOnlySpan<byte> body, Operation operation)
    {
        _body = body;
        _operation = operation;
        _reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <exception cref="ApiException">400 naming the member at fault.</exception>
    public static RequestScan Scan(ReadOnlySpan<byte> body, Operation operation)
    {
        if (!Utf8.IsValid(body))
        {
            throw Invalid("The request body is not valid UTF-8.", null, "invalid_utf8");
        }

        var scanner = new RequestScanner(body, operation);
        try
        {
            scanner.ReadObject();
        }
        catch (JsonException exception)
        {
            throw Invalid(
                $"We could not parse the JSON body of your request (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine}). It must be one JSON object nested at most {MaxDepth} levels.",
                null, "invalid_json");
        }

        return scanner._scan;
    }

    private void ReadObject()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.StartObject)
        {
            throw Invalid("The request body must be a JSON object.", null, "invalid_json");
        }

        _scan.FirstMember = (int)_reader.BytesConsumed;
        Span<ulong> names = stackalloc ulong[MaxMembers];
        var count = 0;
        var previousEnd = _scan.FirstMember;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            CheckUnique(names, count++);
            ReadMember(previousEnd, first: count == 1);
            previousEnd = (int)_reader.BytesConsumed;
        }

        // The reader throws on a second value; reading on proves that nothing follows.
        _reader.Read();
        CheckRequired();
    }

    private readonly void CheckUnique(Span<ulong> names, int count)
    {
        if (count == MaxMembers)
        {
            throw Invalid($"The request has more than {MaxMembers} members.", null);
        }

        var hash = HashName();
        if (names[..count].Contains(hash))
        {
            var name = _reader.GetString()!;
            throw Invalid($"The member '{Shorten(name)}' stands twice in the request. Send it once.", Shorten(name), "duplicate_member");
        }

        names[count] = hash;
    }

    private readonly ulong HashName()
    {
        if (!_reader.ValueIsEscaped)
        {
            return XxHash3.HashToUInt64(_reader.ValueSpan);
        }

        var rented = ArrayPool<byte>.Shared.Rent(_reader.ValueSpan.Length);
        var length = _reader.CopyString(rented);
        var hash = XxHash3.HashToUInt64(rented.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(rented);
        return hash;
    }

    private void ReadMember(int previousEnd, bool first)
    {
        var nameStart = (int)_reader.TokenStartIndex;
        if (_reader.ValueTextEquals("model"u8))
        {
            _scan.ModelName = nameStart;
            ReadModel();
        }
        else if (_reader.ValueTextEquals("stream"u8))
        {
            _scan.Stream = ReadBoolean("stream") ?? false;
            _scan.NotInCacheKey.Add(new(nameStart, (int)_reader.BytesConsumed));
        }
        else if (_reader.ValueTextEquals("store"u8))
        {
            _scan.Store = ReadBoolean("store");
            _scan.NotInCacheKey.Add(new(nameStart, (int)_reader.BytesConsumed));
        }
        else if (_reader.ValueTextEquals("stream_options"u8))
        {
            ReadStreamOptions();
            _scan.NotInCacheKey.Add(new(nameStart, (int)_reader.BytesConsumed));
        }
        else if (_operation == Operation.Messages && _reader.ValueTextEquals("metadata"u8))
        {
            ReadEndUser();
            _scan.NotInCacheKey.Add(new(nameStart, (int)_reader.BytesConsumed));
        }
        else if (_reader.ValueTextEquals("metadata"u8))
        {
            ReadMetadata();
            var end = (int)_reader.BytesConsumed;
            _scan.NotInCacheKey.Add(new(nameStart, end));
            _scan.MetadataMember = first ? new(nameStart, CommaEnd(end)) : new(previousEnd, end);
        }
        else if (_reader.ValueTextEquals("temperature"u8))
        {
            _scan.Temperature = ReadNumber("temperature");
        }
        else if (_reader.ValueTextEquals("seed"u8))
        {
            _scan.HasSeed = ReadNumber("seed") is not null;
        }
        else if (_reader.ValueTextEquals("user"u8))
        {
            _scan.EndUser = ReadString("user");
        }
        else if (_reader.ValueTextEquals("max_tokens"u8) || _reader.ValueTextEquals("max_completion_tokens"u8) || _reader.ValueTextEquals("max_output_tokens"u8))
        {
            _scan.MaxOutputTokens = ReadCount() is { } count ? Math.Max(count, _scan.MaxOutputTokens ?? 0) : _scan.MaxOutputTokens;
        }
        else if (_reader.ValueTextEquals("n"u8))
        {
            _scan.Choices = ReadCount();
        }
        else if (_operation.TakesPrompt && _reader.ValueTextEquals("prompt"u8))
        {
            ReadPrompt();
        }
        else if (_operation.TakesPrompt && _reader.ValueTextEquals("tools"u8))
        {
            _reader.Read();
            var start = (int)_reader.TokenStartIndex;
            _reader.Skip();
            _scan.Tools = new(start, (int)_reader.BytesConsumed);
            _scan.NamesFileSearch = _body[start..(int)_reader.BytesConsumed].IndexOf(FileSearchTool.TypeName) >= 0;
        }
        else if (_operation == Operation.Responses && _reader.ValueTextEquals("previous_response_id"u8))
        {
            _scan.PreviousResponseId = ReadString("previous_response_id");
        }
        else if (_operation == Operation.Responses && _reader.ValueTextEquals("background"u8))
        {
            _scan.Background = ReadBoolean("background") ?? false;
        }
        else if (_operation.RequiredMember is { } required && _reader.ValueTextEquals(required))
        {
            ReadInput(required);
        }
        else if (_operation.FormatMember is { } format && _reader.ValueTextEquals(format))
        {
            _reader.Read();
            var start = (int)_reader.TokenStartIndex;
            _reader.Skip();
            _scan.Format = new(start, (int)_reader.BytesConsumed);
        }
        else
        {
            _reader.Read();
            _reader.Skip();
        }
    }

    private void ReadModel()
    {
        var model = ReadString("model");
        if (string.IsNullOrEmpty(model) || model.Length > MaxModelLength)
        {
            throw Invalid($"'model' must be a string of 1 to {MaxModelLength} characters.", "model");
        }

        _scan.Model = model;
        _scan.ModelValue = new((int)_reader.TokenStartIndex, (int)_reader.BytesConsumed);
    }

    private void ReadPrompt()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(JsonTokenType.StartObject, "prompt", "an object with the id of a prompt");
        var start = (int)_reader.TokenStartIndex;
        _reader.Skip();
        _scan.PromptValue = new(start, (int)_reader.BytesConsumed);
    }

    private void ReadStreamOptions()
    {
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        if (_reader.TokenType == JsonTokenType.Null)
        {
            _scan.StreamOptions = new(start, (int)_reader.BytesConsumed);
            return;
        }

        Expect(JsonTokenType.StartObject, "stream_options", "an object");
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("include_usage"u8))
            {
                _scan.IncludeUsage = ReadBoolean("stream_options.include_usage") ?? false;
            }
            else
            {
                _reader.Read();
                _reader.Skip();
            }
        }

        _scan.StreamOptions = new(start, (int)_reader.BytesConsumed);
    }

    private void ReadMetadata()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(JsonTokenType.StartObject, "metadata", "an object of strings");
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = _reader.GetString()!;
            var value = ReadString($"metadata.{Shorten(key)}") ?? throw Invalid("Values of 'metadata' must be strings.", $"metadata.{Shorten(key)}", "invalid_type");
            RequestMetadata.Check(key, value);
            metadata[key] = value;
            if (metadata.Count > MaxMetadata)
            {
                throw Invalid($"'metadata' may hold at most {MaxMetadata} pairs.", "metadata");
            }
        }

        _scan.Metadata = metadata;
    }

    /// <summary>Anthropic's metadata is not the caller's tags: it names the end user, and goes to the provider as it is.</summary>
    private void ReadEndUser()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(JsonTokenType.StartObject, "metadata", "an object");
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("user_id"u8))
            {
                _scan.EndUser = ReadString("metadata.user_id");
            }
            else
            {
                _reader.Read();
                _reader.Skip();
            }
        }
    }

    private void ReadInput(string name)
    {
        _reader.Read();
        _hasInput = _reader.TokenType != JsonTokenType.Null;
        if (name != "messages")
        {
            _reader.Skip();
            return;
        }

        Expect(JsonTokenType.StartArray, "messages", "an array of messages");
        var index = 0;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            ReadMessage(index++);
        }

        _isEmpty = index == 0;
    }

    private void ReadMessage(int index)
    {
        Expect(JsonTokenType.StartObject, $"messages[{index}]", "an object");
        var hasRole = false;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("role"u8))
            {
                hasRole = ReadString($"messages[{index}].role") is not null;
            }
            else if (_reader.ValueTextEquals("content"u8))
            {
                _reader.Read();
                if (_reader.TokenType is not (JsonTokenType.String or JsonTokenType.StartArray or JsonTokenType.Null))
                {
                    throw Invalid($"Invalid type for 'messages[{index}].content': expected a string or an array of parts.", $"messages[{index}].content", "invalid_type");
                }

                _reader.Skip();
            }
            else
            {
                _reader.Read();
                _reader.Skip();
            }
        }

        if (!hasRole)
        {
            throw Invalid($"Missing required parameter: 'messages[{index}].role'.", $"messages[{index}].role", "missing_required_parameter");
        }
    }

    /// <summary>A managed prompt brings what it needs: its model, and messages.</summary>
    private readonly void CheckRequired()
    {
        if (_operation.TakesPrompt && _scan.NamesPrompt)
        {
            return;
        }

        if (_scan.Model.Length == 0)
        {
            throw Invalid("Missing required parameter: 'model'. GET /v1/models lists what there is.", "model", "missing_required_parameter");
        }

        if (_operation.RequiredMember is { } required && !_hasInput)
        {
            throw Invalid($"Missing required parameter: '{required}'.", required, "missing_required_parameter");
        }

        if (_isEmpty)
        {
            throw Invalid("'messages' must hold at least one message.", "messages", "empty_array");
        }
    }

    private string? ReadString(string name)
    {
        _reader.Read();
        return _reader.TokenType switch
        {
            JsonTokenType.String => GetText(name),
            JsonTokenType.Null => null,
            _ => throw Invalid($"Invalid type for '{name}': expected a string.", name, "invalid_type"),
        };
    }

    /// <summary>An escape such as a lone surrogate is JSON by its grammar but no text.</summary>
    private readonly string GetText(string name)
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Invalid($"'{name}' holds an invalid escape sequence.", name);
        }
    }

    private bool? ReadBoolean(string name)
    {
        _reader.Read();
        return _reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            JsonTokenType.Null => null,
            _ => throw Invalid($"Invalid type for '{name}': expected a boolean.", name, "invalid_type"),
        };
    }

    private double? ReadNumber(string name)
    {
        _reader.Read();
        return _reader.TokenType switch
        {
            JsonTokenType.Number when _reader.TryGetDouble(out var value) => value,
            JsonTokenType.Null => null,
            _ => throw Invalid($"Invalid type for '{name}': expected a number.", name, "invalid_type"),
        };
    }

    /// <summary>What is no count is the provider's to refuse.</summary>
    private long? ReadCount()
    {
        _reader.Read();
        long? count = _reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var value) && value >= 0 ? value : null;
        _reader.Skip();
        return count;
    }

    private readonly void Expect(JsonTokenType type, string name, string expected)
    {
        if (_reader.TokenType != type)
        {
            throw Invalid($"Invalid type for '{name}': expected {expected}.", name, "invalid_type");
        }
    }

    /// <summary>The end of the comma behind a first member, so that cutting it out leaves JSON.</summary>
    private readonly int CommaEnd(int end)
    {
        var rest = _body[end..].IndexOfAnyExcept(" \t\r\n"u8);
        return rest >= 0 && _body[end + rest] == (byte)',' ? end + rest + 1 : end;
    }

    private static string Shorten(string text) => text.Length <= 64 ? text : text[..64];

    private static ApiException Invalid(string message, string? param, string code = "invalid_value") =>
        new(ApiErrors.BadRequest(message, param, code));
}
