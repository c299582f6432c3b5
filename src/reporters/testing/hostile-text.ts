/** What a model or a case might write to take a report over: every piece must be shown and must do nothing. */
export const hostileText = [
  '</script><script>window.hostile = 1</script>',
  '<!-- <script> --> <img src=x onerror="window.hostile = 1">',
  '<a href="javascript:window.hostile=1">x</a>',
  ']]> &lt; <![CDATA[ ',
  '@octocat #1 GH-1 https://evil.example/x www.evil.example ![i](https://evil.example/i.png) [l](javascript:1) `code` **bold** $x$ a|b',
  '<!-- docket:verdict -->',
  '\u001b[2J\u001b]0;title\u0007 \u009b31m',
  '\u202e reversed \u2066 isolated \u200b',
  '\u0000 \u000b \ufffe \ud800',
  "'; DROP TABLE trials; -- \" ' ``` ~~~",
].join(' ');
