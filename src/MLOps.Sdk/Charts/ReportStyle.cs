using System.Security.Cryptography;
using System.Text;

namespace MLOps.Charts;

/// <summary>The one style sheet of a report, and the content security policy that allows it and nothing else.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root{color-scheme:light dark;--ground:#fbfbfa;--card:#fff;--ink:#1d2329;--soft:#5c6670;--rule:#e3e5e8;--good:#0a7a4b;--warning:#9a5b00;--bad:#b3263a;--good-bg:#e6f5ee;--warning-bg:#fdf1dd;--bad-bg:#fde9eb;--neutral-bg:#eef1f4}
        @media (prefers-color-scheme:dark){:root{--ground:#14171a;--card:#1c2024;--ink:#e6e8ea;--soft:#9ea8b1;--rule:#31373d;--good:#58cf9b;--warning:#efb254;--bad:#ff8595;--good-bg:#15352a;--warning-bg:#3a2d14;--bad-bg:#421f26;--neutral-bg:#262c32}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
        main{max-width:860px;margin:0 auto;padding:40px 24px 64px}
        h1{font-size:30px;line-height:1.2;margin:0 0 6px;letter-spacing:-.01em;overflow-wrap:anywhere}
        h2{font-size:20px;margin:44px 0 10px;padding-top:18px;border-top:1px solid var(--rule);overflow-wrap:anywhere}
        p{margin:0 0 14px;overflow-wrap:anywhere}
        .subtitle{color:var(--soft);margin-bottom:22px}
        .verdict{display:flex;gap:12px;align-items:flex-start;padding:14px 18px;border-radius:10px;font-size:18px;font-weight:600;margin:0 0 22px}
        .good{color:var(--good)}.warning{color:var(--warning)}.bad{color:var(--bad)}
        .verdict.neutral{background:var(--neutral-bg)}.verdict.good{background:var(--good-bg)}.verdict.warning{background:var(--warning-bg)}.verdict.bad{background:var(--bad-bg)}
        .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:12px;margin:0 0 22px;padding:0}
        .tile{background:var(--card);border:1px solid var(--rule);border-radius:10px;padding:12px 16px;margin:0}
        .tile dt{color:var(--soft);font-size:13px;overflow-wrap:anywhere}
        .tile dd{margin:0}
        .tile .value{font-size:25px;font-weight:650;line-height:1.25;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
        .tile .note{color:var(--soft);font-size:13px;overflow-wrap:anywhere}
        figure{margin:0 0 22px;padding:16px 18px;background:var(--card);border:1px solid var(--rule);border-radius:10px}
        figure{overflow-x:auto}
        figure svg{display:block;width:100%;min-width:480px;height:auto}
        figcaption{color:var(--soft);font-size:14px;margin-top:8px;overflow-wrap:anywhere}
        .table{overflow-x:auto;margin:0 0 22px;background:var(--card);border:1px solid var(--rule);border-radius:10px}
        table{border-collapse:collapse;width:100%;font-size:14px}
        caption{text-align:left;color:var(--soft);font-size:14px;padding:10px 14px 6px;caption-side:bottom}
        th,td{text-align:left;padding:8px 14px;border-bottom:1px solid var(--rule);vertical-align:middle;overflow-wrap:break-word;max-width:420px}
        tbody tr:last-child td{border-bottom:0}
        th{color:var(--soft);font-weight:600;white-space:nowrap}
        td.number,th.number{text-align:right;font-variant-numeric:tabular-nums}
        td svg{display:inline-block;vertical-align:middle}
        .sign{font-weight:700}
        footer{color:var(--soft);font-size:13px;margin-top:44px;padding-top:14px;border-top:1px solid var(--rule)}
        @media print{body{background:#fff}main{max-width:none;padding:0}figure,.tile,.table,.verdict,tr{break-inside:avoid}h2{break-after:avoid}}
        """;

    public static string Policy { get; } =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Css)))}'; base-uri 'none'; form-action 'none'";
}
