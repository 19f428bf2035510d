using System.CommandLine;
using MLOps.Cli.Documents;
using MLOps.Cli.Output;
using MLOps.Models;

namespace MLOps.Cli.Commands;

/// <summary><c>mlops model policy</c>: shows, sets or removes what must hold before an alias may move.</summary>
internal static class ModelPolicyCommand
{
    public static Command Create(Surroundings surroundings)
    {
        var model = new Argument<string>("model") { Description = "The model's name." };
        var alias = ModelOptions.Alias();
        var gate = new Option<string[]>("--gate") { Description = "A gate whose latest verdict must be \"passed\", and how many days it is good for; may be repeated.", HelpName = "name[=days]" };
        var approvals = new Option<int?>("--approvals") { Description = "How many different people must have approved.", HelpName = "count" };
        var approver = new Option<string[]>("--approver") { Description = "Who may approve; anybody when left out; may be repeated.", HelpName = "name" };
        var author = new Option<bool>("--author-may-approve") { Description = "Whoever registered a version may approve it." };
        var owner = new Option<string[]>("--owner") { Description = "Who may change the policy; whoever sets it first when left out; may be repeated.", HelpName = "name" };
        var overrider = new Option<string[]>("--may-override") { Description = "Who may move the alias against the policy; nobody when left out; may be repeated.", HelpName = "name" };
        var remove = new Option<bool>("--remove") { Description = "Removes the policy." };
        var reason = ModelOptions.Reason();
        return new Command("policy", "Shows, sets or removes the policy of an alias.") { model, alias, gate, approvals, approver, author, owner, overrider, remove, reason }
            .OnStore(surroundings, async (store, screen, arguments, cancellationToken) =>
            {
                var (of, name) = (arguments.GetRequiredValue(model), arguments.GetRequiredValue(alias));
                if (arguments.GetValue(remove))
                {
                    await store.Protection.RemovePolicyAsync(of, name, arguments.GetValue(reason) ?? "", cancellationToken).ConfigureAwait(false);
                    screen.Line(new Cell($"{of}@{name} has no policy any more", "green"));
                    return ExitCode.Ok;
                }

                AliasPolicy policy;
                if (arguments.GetValue(gate) is { Length: > 0 } || arguments.GetValue(approvals) is not null)
                    policy = await store.Protection.SetPolicyAsync(
                        new AliasPolicy
                        {
                            Model = of, Alias = name, Gates = [.. (arguments.GetValue(gate) ?? []).Select(Gate)], Approvals = arguments.GetValue(approvals) ?? 0,
                            Approvers = arguments.GetValue(approver) ?? [], AuthorMayApprove = arguments.GetValue(author), Owners = arguments.GetValue(owner) ?? [], MayOverride = arguments.GetValue(overrider) ?? [],
                        }, arguments.GetValue(reason), cancellationToken).ConfigureAwait(false);
                else
                    policy = await store.Protection.FindPolicyAsync(of, name, cancellationToken).ConfigureAwait(false)
                        ?? throw new MLOpsNotFoundException($"The alias '{Name.Shown(name)}' of '{Name.Shown(of)}' has no policy: anybody moves it. Set one with --gate or --approvals.");
                if (screen.Json) screen.Write(PolicyDocument.Of(policy), CliJson.Default.PolicyDocument);
                else Show(screen, policy);
                return ExitCode.Ok;
            });
    }

    private static GateRequirement Gate(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        if (at < 0) return new(text);
        var days = ModelOptions.Number(text[(at + 1)..], "--gate");
        return days is > 0 and <= 36500 ? new(text[..at], TimeSpan.FromDays(days)) : throw new MLOpsInvalidException($"--gate '{Name.Shown(text)}': a verdict is good for more than 0 and at most 36500 days.");
    }

    private static void Show(Screen screen, AliasPolicy policy)
    {
        screen.Line(new Cell($"{policy.Model}@{policy.Alias}", "bold"), Cell.Faint($"  set by {policy.SetBy}, {Words.Time(policy.SetAt)}"));
        screen.Facts(
            [.. policy.Gates.Select(g => ("gate", (Cell)(g.MaxAge is { } age ? $"{g.Gate}, at most {Words.Span(age)} old" : g.Gate))),
             ("approvals", policy.Approvals == 0 ? "" : $"{policy.Approvals}{(policy.AuthorMayApprove ? ", the author's too" : "")}"), ("approvers", string.Join(", ", policy.Approvers)),
             ("owners", string.Join(", ", policy.Owners)), ("may override", policy.MayOverride.Count == 0 ? "nobody" : string.Join(", ", policy.MayOverride))]);
    }
}
