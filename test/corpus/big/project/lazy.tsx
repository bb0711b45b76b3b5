const React = { createElement: (...parts: unknown[]) => parts };
export default function () {
  console.log(<div id="late">hi {React}</div>);
}
