import data from './data.json';
import { greet, type Name } from './greet';
export class App {
  #count = 0;
  constructor(private names: Name[]) {}
  run() {
    for (const name of this.names) {
      this.#count++;
      console.log(greet(name), data.version);
    }
    return this.#count ?? 0;
  }
}
new App([
  { first: 'Ada', last: 'Lovelace' },
  { first: 'Alan', last: 'Turing' },
]).run();
import('./lazy').then((module) => module.default());
