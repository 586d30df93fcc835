using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace AiCredits.Reliability.Mutation;

/// <summary>
/// Puts every small mistake into a source at once, each behind a switch of its number, so that one compilation has them all.
/// Loops count, so that one that no longer ends is found.
/// </summary>
internal sealed class Mutator(string file, Func<int> nextNumber, IReadOnlySet<int> left) : CSharpSyntaxRewriter
{
    /// <summary>The switch and the count.</summary>
    public const string Switch = """
        namespace AiCredits;

        public static class Mutant
        {
            public static int Active;
            public static int Turns;

            public static bool On(int number) => number == Active;

            public static void Tick()
            {
                if (++Turns > 4_000_000) { throw new System.InvalidOperationException("A loop doesn't end."); }
            }
        }
        """;

    private static readonly Dictionary<SyntaxKind, (SyntaxKind Expression, SyntaxKind Token)[]> Others = new()
    {
        [SyntaxKind.AddExpression] = [(SyntaxKind.SubtractExpression, SyntaxKind.MinusToken)],
        [SyntaxKind.SubtractExpression] = [(SyntaxKind.AddExpression, SyntaxKind.PlusToken)],
        [SyntaxKind.LessThanExpression] = [(SyntaxKind.LessThanOrEqualExpression, SyntaxKind.LessThanEqualsToken), (SyntaxKind.GreaterThanExpression, SyntaxKind.GreaterThanToken)],
        [SyntaxKind.LessThanOrEqualExpression] = [(SyntaxKind.LessThanExpression, SyntaxKind.LessThanToken), (SyntaxKind.GreaterThanExpression, SyntaxKind.GreaterThanToken)],
        [SyntaxKind.GreaterThanExpression] = [(SyntaxKind.GreaterThanOrEqualExpression, SyntaxKind.GreaterThanEqualsToken), (SyntaxKind.LessThanExpression, SyntaxKind.LessThanToken)],
        [SyntaxKind.GreaterThanOrEqualExpression] = [(SyntaxKind.GreaterThanExpression, SyntaxKind.GreaterThanToken), (SyntaxKind.LessThanExpression, SyntaxKind.LessThanToken)],
        [SyntaxKind.EqualsExpression] = [(SyntaxKind.NotEqualsExpression, SyntaxKind.ExclamationEqualsToken)],
        [SyntaxKind.NotEqualsExpression] = [(SyntaxKind.EqualsExpression, SyntaxKind.EqualsEqualsToken)],
        [SyntaxKind.LogicalAndExpression] = [(SyntaxKind.LogicalOrExpression, SyntaxKind.BarBarToken)],
        [SyntaxKind.LogicalOrExpression] = [(SyntaxKind.LogicalAndExpression, SyntaxKind.AmpersandAmpersandToken)],
    };

    // Bad input, the limit of what can be counted, notices and members are not compared here; tests of their own see to them.
    private static readonly string[] Uncompared =
    [
        "ArgumentNullException.ThrowIfNull", "command.Validate", "EnsureCanBeCounted", "scheduled", "Tell", "!pending", "low = state.Low", "ownedBefore",
        "CountForMember", "CorrectMember", "RefuseMember", "reached.", "refusal.Cap", "refusal.Available + refusal.Held", "command.Member",
    ];

    // What a right kernel never needs: its assertions, and what only says how much is to be loaded or how it is looked up. A
    // mistake there makes nothing wrong, but slower or louder.
    private static readonly string[] WithoutEffect =
    [
        "Ensure(", "EnsureClosed", "grant.Moved", "movedGrants", "grants.Count > FewGrants", "lastInOrder", "restrictedGrants", "facts.Models.Count > 0", "NeedsFirstGrantsOnly", "unloadedDue", "other is null",
    ];

    private static readonly string[] LeftAlone = ["Ensure", "EnsureClosed", "EnsureCanBeCounted", "SpendableInFirst"];

    /// <summary>The mistakes that were put in: where and what, by number.</summary>
    public Dictionary<int, string> Mutants { get; } = [];

    public override SyntaxNode? VisitBinaryExpression(BinaryExpressionSyntax node)
    {
        var visited = (ExpressionSyntax)base.VisitBinaryExpression(node)!;
        if (!Others.TryGetValue(node.Kind(), out var others) || IsFixed(node))
        {
            return visited;
        }

        foreach (var (expression, token) in others)
        {
            visited = Choose(node, SyntaxFactory.BinaryExpression(expression, node.Left, SyntaxFactory.Token(token).WithTriviaFrom(node.OperatorToken), node.Right), visited);
        }

        return visited;
    }

    public override SyntaxNode? VisitPrefixUnaryExpression(PrefixUnaryExpressionSyntax node)
    {
        var visited = (ExpressionSyntax)base.VisitPrefixUnaryExpression(node)!;
        return node.IsKind(SyntaxKind.LogicalNotExpression) && !IsFixed(node) ? Choose(node, node.Operand, visited) : visited;
    }

    public override SyntaxNode? VisitLiteralExpression(LiteralExpressionSyntax node)
    {
        var other = node.Kind() switch
        {
            SyntaxKind.TrueLiteralExpression => SyntaxFactory.LiteralExpression(SyntaxKind.FalseLiteralExpression),
            SyntaxKind.FalseLiteralExpression => SyntaxFactory.LiteralExpression(SyntaxKind.TrueLiteralExpression),
            SyntaxKind.NumericLiteralExpression when node.Token.Value is 0 => SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(1)),
            SyntaxKind.NumericLiteralExpression when node.Token.Value is 1 => SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(0)),
            _ => null,
        };
        return other is null || IsFixed(node) ? node : Choose(node, other, node);
    }

    public override SyntaxNode? VisitConditionalExpression(ConditionalExpressionSyntax node)
    {
        var visited = (ConditionalExpressionSyntax)base.VisitConditionalExpression(node)!;
        return Declares(node.Condition) || IsFixed(node) ? visited : visited.WithCondition(Choose(node.Condition, Not(node.Condition), visited.Condition));
    }

    public override SyntaxNode? VisitIfStatement(IfStatementSyntax node)
    {
        var visited = (IfStatementSyntax)base.VisitIfStatement(node)!;
        return Declares(node.Condition) || IsLeftAlone(node.Condition) ? visited : visited.WithCondition(Choose(node.Condition, Not(node.Condition), visited.Condition));
    }

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node) =>
        LeftAlone.Contains(node.Identifier.Text) ? node : base.VisitMethodDeclaration(node);

    public override SyntaxNode? VisitExpressionStatement(ExpressionStatementSyntax node)
    {
        if (IsLeftAlone(node))
        {
            return node;
        }

        var visited = (StatementSyntax)base.VisitExpressionStatement(node)!;
        if (Declares(node.Expression))
        {
            return visited;
        }

        var number = nextNumber();
        if (left.Contains(number))
        {
            return visited;
        }

        Note(number, node, "left out");
        var condition = SyntaxFactory.ParseExpression(string.Create(CultureInfo.InvariantCulture, $"!AiCredits.Mutant.On({number})"));
        return SyntaxFactory.Block(SyntaxFactory.IfStatement(condition, SyntaxFactory.Block(visited)));
    }

    public override SyntaxNode? VisitWhileStatement(WhileStatementSyntax node)
    {
        var visited = (WhileStatementSyntax)base.VisitWhileStatement(node)!;
        return visited.WithStatement(Counted(visited.Statement));
    }

    public override SyntaxNode? VisitForStatement(ForStatementSyntax node)
    {
        var visited = (ForStatementSyntax)base.VisitForStatement(node)!;
        return visited.WithStatement(Counted(visited.Statement));
    }

    private static BlockSyntax Counted(StatementSyntax statement) => SyntaxFactory.Block(SyntaxFactory.ParseStatement("AiCredits.Mutant.Tick();"), statement);

    private static PrefixUnaryExpressionSyntax Not(ExpressionSyntax expression) =>
        SyntaxFactory.PrefixUnaryExpression(SyntaxKind.LogicalNotExpression, SyntaxFactory.ParenthesizedExpression(expression));

    // By the condition or the plain statement that it stands in.
    private static bool IsLeftAlone(SyntaxNode node)
    {
        var around = node.AncestorsAndSelf().FirstOrDefault(one => one is ExpressionStatementSyntax or LocalDeclarationStatementSyntax or ReturnStatementSyntax or ArrowExpressionClauseSyntax || one.Parent is IfStatementSyntax { Condition: var condition } && condition == one);
        var text = around?.ToString() ?? "";
        return text.Length < 200 && (Uncompared.Any(part => text.Contains(part, StringComparison.Ordinal)) || WithoutEffect.Any(part => text.Contains(part, StringComparison.Ordinal)));
    }

    // Both sides of a switch would declare the same name.
    private static bool Declares(SyntaxNode node) => node.DescendantNodesAndSelf().Any(child => child is SingleVariableDesignationSyntax);

    private static bool IsFixed(SyntaxNode node) => Declares(node) || IsLeftAlone(node)
        || node.Ancestors().Any(ancestor => ancestor is AttributeSyntax or PatternSyntax or ParameterSyntax or CaseSwitchLabelSyntax or WhenClauseSyntax
            || (ancestor is FieldDeclarationSyntax field && field.Modifiers.Any(SyntaxKind.ConstKeyword))
            || (ancestor is ThrowStatementSyntax or ThrowExpressionSyntax));

    private ExpressionSyntax Choose(ExpressionSyntax original, ExpressionSyntax mutated, ExpressionSyntax visited)
    {
        var number = nextNumber();
        if (left.Contains(number))
        {
            return visited;
        }

        Note(number, original, $"becomes {mutated.ToString().Trim()}");
        var condition = SyntaxFactory.ParseExpression(string.Create(CultureInfo.InvariantCulture, $"AiCredits.Mutant.On({number})"));
        return SyntaxFactory.ParenthesizedExpression(SyntaxFactory.ConditionalExpression(
            condition,
            SyntaxFactory.ParenthesizedExpression(mutated.WithoutTrivia()),
            SyntaxFactory.ParenthesizedExpression(visited.WithoutTrivia()))).NormalizeWhitespace().WithTriviaFrom(original);
    }

    private void Note(int number, SyntaxNode node, string what) =>
        Mutants[number] = string.Create(CultureInfo.InvariantCulture, $"{file}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1} {node.ToString().Trim()} {what}");
}
