package statement

import "time"

// PDFOptions says what goes into the file beside the letter.
type PDFOptions struct {
	Fonts    *Fonts
	Annex    bool
	Attach   bool // Data of the exhibits as attached files
	Words    PageWords
	Created  time.Time // written as given: the same input and time give the same bytes
	Author   string    // metadata; "" for none
	Producer string    // the program, in metadata; "" for none
}
