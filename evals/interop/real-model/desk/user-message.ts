/** What the model is told of a return. */
export const userMessage = ({ message }: { readonly message: string }) => message;
