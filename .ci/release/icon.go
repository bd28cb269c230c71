package main

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"golang.org/x/image/draw"
)

// dots is the icon in one size.
type dots struct {
	size int
	png  []byte
}

// dots scales the icon down from its largest size.
func (r *release) dots(sizes ...int) ([]dots, error) {
	f, err := os.Open(filepath.Join(r.source, "Icon.png"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	large, err := png.Decode(f)
	if err != nil {
		return nil, err
	}
	var list []dots
	for _, size := range sizes {
		small := image.NewNRGBA(image.Rect(0, 0, size, size))
		draw.CatmullRom.Scale(small, small.Bounds(), large, large.Bounds(), draw.Src, nil)
		var b bytes.Buffer
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(&b, small); err != nil {
			return nil, err
		}
		list = append(list, dots{size, b.Bytes()})
	}
	return list, nil
}

// ico is a Windows icon of PNGs, which Windows reads since Vista.
func (r *release) ico() ([]byte, error) {
	list, err := r.dots(16, 20, 24, 32, 40, 48, 64, 128, 256)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	put := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) } // a buffer takes everything
	put([]uint16{0, 1, uint16(len(list))})
	at := 6 + 16*len(list)
	for _, d := range list {
		put([]uint8{uint8(d.size), uint8(d.size), 0, 0}) // 256 is written as 0
		put([]uint16{1, 32})
		put([]uint32{uint32(len(d.png)), uint32(at)})
		at += len(d.png)
	}
	for _, d := range list {
		b.Write(d.png)
	}
	return b.Bytes(), nil
}

// icns is a macOS icon: a heading, then one PNG per kind. A retina kind is the
// one of twice its size.
func (r *release) icns() ([]byte, error) {
	list, err := r.dots(16, 32, 64, 128, 256, 512)
	if err != nil {
		return nil, err
	}
	kinds := map[int][]string{16: {"icp4"}, 32: {"icp5", "ic11"}, 64: {"icp6", "ic12"}, 128: {"ic07"}, 256: {"ic08", "ic13"}, 512: {"ic09", "ic14"}}
	var body bytes.Buffer
	for _, d := range list {
		for _, kind := range kinds[d.size] {
			body.WriteString(kind)
			_ = binary.Write(&body, binary.BigEndian, uint32(8+len(d.png)))
			body.Write(d.png)
		}
	}
	var b bytes.Buffer
	b.WriteString("icns")
	_ = binary.Write(&b, binary.BigEndian, uint32(8+body.Len()))
	b.Write(body.Bytes())
	return b.Bytes(), nil
}
