using System.Globalization;
using Expression = System.Func<System.Collections.Generic.IReadOnlyDictionary<string, double>, double>;

namespace LlmGateway.Evaluation.Graders.Formulas;

/// <summary>
/// Reads a formula from left to right, a method for each rank of operator: sums of products of powers. <c>^</c> binds to the right and
/// more than a sign: <c>-2^2</c> is −4, and <c>2^-1</c> is ½.
/// </summary>
internal sealed class FormulaParser(string text, IReadOnlyCollection<string> names, string field)
{
    private const int MaxDepth = 50;

    private int _position;
    private int _depth;

    public Expression Parse()
    {
        var value = Sum();
        return _position == text.Length ? value : throw Unexpected("an operator");
    }

    private Expression Sum()
    {
        var value = Product();
        while (true)
        {
            if (Take('+'))
            {
                var (left, right) = (value, Product());
                value = scores => left(scores) + right(scores);
            }
            else if (Take('-'))
            {
                var (left, right) = (value, Product());
                value = scores => left(scores) - right(scores);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Product()
    {
        var value = Signed();
        while (true)
        {
            if (Take('*'))
            {
                var (left, right) = (value, Signed());
                value = scores => left(scores) * right(scores);
            }
            else if (Take('/'))
            {
                var (left, right) = (value, Signed());
                value = scores => left(scores) / right(scores);
            }
            else
            {
                return value;
            }
        }
    }

    private Expression Signed()
    {
        if (++_depth > MaxDepth)
        {
            throw Invalid($"it is nested more than {MaxDepth} deep", _position);
        }

        Expression value;
        if (Take('-'))
        {
            var operand = Signed();
            value = scores => -operand(scores);
        }
        else
        {
            value = Take('+') ? Signed() : Power();
        }

        _depth--;
        return value;
    }

    private Expression Power()
    {
        var value = Operand();
        if (!Take('^'))
        {
            return value;
        }

        var exponent = Signed();
        return scores => Math.Pow(value(scores), exponent(scores));
    }

    private Expression Operand()
    {
        SkipSpaces();
        if (Take('('))
        {
            var value = Sum();
            Expect(')');
            return value;
        }

        var start = _position;
        if (TakeWhile(c => char.IsAsciiDigit(c) || c == '.') is { Length: > 0 } digits)
        {
            return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                ? _ => number
                : throw Invalid($"'{digits}' is no number", start);
        }

        return TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c == '_') is { Length: > 0 } name ? Named(name, start) : throw Unexpected("a number, a name or '('");
    }

    private Expression Named(string name, int start)
    {
        if (FormulaFunctions.Find(name) is { } function)
        {
            Expect('(');
            var arguments = new List<Expression> { Sum() };
            while (Take(','))
            {
                arguments.Add(Sum());
            }

            Expect(')');
            return arguments.Count == 1 || function.TakesMany
                ? scores => function.Of([.. arguments.Select(argument => argument(scores))])
                : throw Invalid($"'{name}' takes one value", start);
        }

        return names.Contains(name)
            ? scores => scores[name]
            : throw Invalid($"'{name}' is neither a grader ({string.Join(", ", names)}) nor a function ({string.Join(", ", FormulaFunctions.Names)})", start);
    }

    private void Expect(char c)
    {
        if (!Take(c))
        {
            throw Unexpected($"'{c}'");
        }
    }

    private bool Take(char c)
    {
        SkipSpaces();
        if (_position == text.Length || text[_position] != c)
        {
            return false;
        }

        _position++;
        SkipSpaces();
        return true;
    }

    private string TakeWhile(Func<char, bool> belongs)
    {
        var start = _position;
        while (_position < text.Length && belongs(text[_position]))
        {
            _position++;
        }

        return text[start.._position];
    }

    private void SkipSpaces() => TakeWhile(char.IsWhiteSpace);

    private Service.ApiException Unexpected(string wanted) =>
        Invalid(_position == text.Length ? $"{wanted} is wanted, and it ends" : $"{wanted} is wanted, and '{text[_position]}' stands there", _position);

    private Service.ApiException Invalid(string what, int position) => JsonFields.Invalid($"'{field}' at character {position + 1}: {what}.", field);
}
