export interface Name {
  first: string;
  last: string;
}
enum Mood {
  Happy,
  Sad,
}
export const greet = ({ first, last }: Name, mood: Mood = Mood.Happy) =>
  `Hello ${first} ${last}, ${Mood[mood]}, ${2 ** 10}`;
