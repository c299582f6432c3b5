/** What was ordered, as the shop knows it. */
export const findOrder = ({ goods }: { readonly goods: string }) => `The order: ${goods}.`;
