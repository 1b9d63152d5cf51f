// form-js's own sentences in Vietnamese, by their English text (viewer 2.0.0).

/** @type {Record<string, string>} */
const untranslated = { Browse: 'Chọn tệp', Search: 'Tìm', Select: 'Chọn' }

/** The few words that form-js does not hand to `translate` are put right as they appear. */
export function watchUntranslated(/** @type {HTMLElement} */ place) {
  const mend = () => {
    for (const input of place.querySelectorAll('input[placeholder="Search"]')) input.setAttribute('placeholder', untranslated.Search)
    for (const button of place.querySelectorAll('[aria-label^="Remove list item"]')) {
      button.setAttribute('aria-label', (button.getAttribute('aria-label') ?? '').replace('Remove list item', 'Bỏ dòng'))
    }
    for (const word of place.querySelectorAll('.fjs-select-display, .fjs-filepicker-container button')) {
      const text = word.firstChild
      if (text instanceof Text && untranslated[text.data]) text.data = untranslated[text.data] // the node stays form-js's own
    }
  }
  mend()
  new MutationObserver(mend).observe(place, { childList: true, characterData: true, subtree: true })
}

/** @type {Record<string, string>} */
export const vietnameseTexts = {
  'Add new': 'Thêm dòng',
  'All values selected': 'Đã chọn hết',
  'Click to remove sorting': 'Bấm để bỏ sắp xếp',
  'Click to sort by {value} ascending': 'Bấm để sắp xếp {value} tăng dần',
  'Click to sort by {value} descending': 'Bấm để sắp xếp {value} giảm dần',
  Collapse: 'Thu gọn',
  'Date and time must both be entered.': 'Nhập đủ cả ngày và giờ.',
  Decrement: 'Giảm',
  'Document reference is not defined.': 'Chưa có văn bản để xem.',
  'Download {fileName}': 'Tải {fileName}',
  'Expand all ({value})': 'Xem tất cả ({value})',
  "External content couldn't be loaded.": 'Không tải được nội dung bên ngoài.',
  'Field is required.': 'Bắt buộc nhập.',
  'Field must be a valid email.': 'Nhập đúng địa chỉ thư điện tử, ví dụ lan@example.vn.',
  'Field must be a valid international phone number. (e.g. +4930664040900)': 'Nhập số điện thoại kèm mã nước, ví dụ +842513822222.',
  'Field must have maximum length of {value}.': 'Nhập nhiều nhất {value} ký tự.',
  'Field must have maximum value of {value}.': 'Nhập số không quá {value}.',
  'Field must have minimum length of {value}.': 'Nhập ít nhất {value} ký tự.',
  'Field must have minimum value of {value}.': 'Nhập số từ {value} trở lên.',
  'Field must match pattern {value}.': 'Nội dung không đúng mẫu {value}.',
  Increment: 'Tăng',
  'Max validation value is not a valid number.': 'Giới hạn trên của trường này không phải là số.',
  'Min validation value is not a valid number.': 'Giới hạn dưới của trường này không phải là số.',
  'Next page': 'Trang sau',
  'No content to show.': 'Không có nội dung.',
  'No files selected': 'Chưa chọn tệp',
  'No results': 'Không tìm thấy',
  'Nothing to show.': 'Không có gì để hiện.',
  'Please select a valid value, the two nearest valid values are {previousValue} and {nextValue}.':
    'Chọn giá trị hợp lệ; gần nhất là {previousValue} và {nextValue}.',
  'Previous page': 'Trang trước',
  'Remove tag': 'Bỏ mục này',
  Search: 'Tìm',
  'Skip to search': 'Đến ô tìm',
  'Unable to download document': 'Không tải được văn bản',
  'Value is expected to be an integer.': 'Nhập số nguyên.',
  'Value is expected to have at most 1 decimal digit.': 'Nhập nhiều nhất 1 chữ số thập phân.',
  'Value is expected to have at most {value} decimal digits.': 'Nhập nhiều nhất {value} chữ số thập phân.',
  'Value is not a number.': 'Nhập một số.',
  '{page} of {total}': '{page} / {total}',
  '{value} files selected': 'Đã chọn {value} tệp',
}
