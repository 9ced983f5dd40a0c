/** Of runs of documents: journals and plans have it. In a file of its own, so that nobody loads a parser to compare it. */
export const BOOK_ID = 'book.run'
